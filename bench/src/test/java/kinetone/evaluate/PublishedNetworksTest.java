package kinetone.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.KinetoneException;
import kinetone.exchange.Exchange;
import kinetone.exchange.ImportTargets;
import kinetone.feature.audioclip.AudioClip;
import kinetone.feature.audioclip.AudioClipConfig;
import kinetone.feature.clap.ClapAudio;
import kinetone.feature.clap.ClapAudioConfig;
import kinetone.feature.cnn14.Cnn14Config;
import kinetone.feature.i3d.I3d;
import kinetone.feature.i3d.I3dConfig;
import kinetone.feature.inception.InceptionConfig;
import kinetone.feature.inception.InceptionV3;
import kinetone.feature.panns.Panns;
import kinetone.feature.panns.PannsConfig;
import kinetone.feature.vggish.Vggish;
import kinetone.feature.vggish.VggishConfig;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.ClipWriter;
import kinetone.media.Video;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.ProgressListener;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks of others with weights of no meaning. */
class PublishedNetworksTest {
  private static final SceneJudges JUDGES = SceneJudges.in(Path.of("../models"));
  private static final VggishConfig VGGISH =
      new VggishConfig(List.of(List.of(4), List.of(8), List.of(8), List.of(8)), 16, 6);
  private static final PannsConfig PANNS =
      new PannsConfig(
          new Cnn14Config(
              64, List.of(new Cnn14Config.Level(4, 4, 4), new Cnn14Config.Level(6, 4, 4)), 0.2),
          5);
  private static final ClapAudioConfig CLAP =
      new ClapAudioConfig(64, 50, 14_000, 256, 16, 4, List.of(2, 1), List.of(1, 2), 8, 2, 6);
  private static final AudioClipConfig AUDIOCLIP =
      new AudioClipConfig(4, List.of(4, 4, 4, 4), List.of(1, 1, 1, 1), 2, 32, 256, 200, 100, 5);

  @TempDir static Path models;

  @TempDir Path folder;

  @BeforeAll
  static void write() {
    try (Rng rng = new Rng(3)) {
      save("vggish", Vggish.FOLDER.type(), VGGISH, new Vggish(VGGISH, rng));
      save("panns", Panns.FOLDER.type(), PANNS, new Panns(PANNS, rng));
      save("clap", ClapAudio.FOLDER.type(), CLAP, new ClapAudio(CLAP, rng));
      save("audioclip", AudioClip.FOLDER.type(), AUDIOCLIP, new AudioClip(AUDIOCLIP, rng));
    }
  }

  private static void save(String name, String type, Object config, Module network) {
    try (TensorScope scope = TensorScope.open()) {
      ComponentFolder.write(
          models.resolve(name), type, config, StateDict.of(network), ScalarType.Float);
    }
  }

  private static Clip scene(int number) {
    return new SceneGenerator(ClipFormat.of(16, 16, 9, 8, 16000), SceneMix.all(), 5)
        .scene(number)
        .clip();
  }

  private Path sounds(String name, double noise) throws IOException {
    Path to = Files.createDirectories(folder.resolve(name));
    Random random = new Random(1);
    for (int i = 0; i < 6; i++) {
      float[] samples = scene(i).audio().orElseThrow().samples()[0].clone();
      for (int j = 0; j < samples.length; j++) {
        samples[j] += (float) (noise * random.nextGaussian());
      }
      ClipWriter.writeWav(to.resolve("%d.wav".formatted(i)), Audio.mono(samples, 16000));
    }
    return to;
  }

  @Test
  void figures_of_imported_networks_are_nothing_between_equals_and_grow_with_noise()
      throws IOException {
    List<Evaluation.ClipSet> made = new ArrayList<>();
    for (double noise : new double[] {0, 0.02, 0.3}) {
      made.add(new Evaluation.ClipSet("noise" + noise, sounds("noise" + noise, noise)));
    }
    try (Metrics metrics = new Metrics(JUDGES, models)) {
      List<Metric> chosen =
          metrics.named(List.of("kl", "fad", "fad-clap", "fad-audioclip", "fd", "is"));
      assertThat(chosen)
          .extracting(Metric::name)
          .containsExactly("fad", "fd", "is", "kl", "fad-clap", "fad-audioclip");
      assertThat(chosen)
          .allSatisfy(one -> assertThat(one.protocol()).contains("SHA-256 of the weights"));
      EvaluationReport report =
          new Evaluation(chosen, folder.resolve("features"), 0, OptionalDouble.empty())
              .run(
                  new Evaluation.ClipSet("real", sounds("real", 0)),
                  made,
                  ProgressListener.NONE,
                  new Cancellation());
      for (String name : List.of("fad", "fad-clap", "fad-audioclip", "fd", "kl")) {
        double[] figures = figures(report, name);
        assertThat(figures[0]).as(name).isCloseTo(0, within(1e-4));
        assertThat(figures[1]).as(name).isGreaterThan(1e-4);
        assertThat(figures[2]).as(name).isGreaterThan(figures[1]);
      }
    }
  }

  @Test
  void the_clap_score_is_that_of_the_caption_beside_a_clip_or_beside_the_real_one()
      throws IOException {
    Path here = Files.createDirectories(folder.resolve("models"));
    Path saved = Path.of("../core/src/test/resources/goldens/networks/clap");
    Exchange exchange = new Exchange(false, (done, total) -> {});
    exchange.importWeights(saved, ImportTargets.named("clap-text"), here.resolve("clap-text"));
    try (Metrics metrics = new Metrics(JUDGES, here)) {
      assertThatThrownBy(() -> metrics.named(List.of("clap-score")))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("metric 'clap-score' needs the network 'clap', and there is no");
    }
    exchange.importWeights(saved, ImportTargets.named("clap"), here.resolve("clap"));
    Path real = sounds("real", 0);
    Path made = sounds("made", 0);
    for (int i = 0; i < 4; i++) {
      Files.writeString(real.resolve("%d.txt".formatted(i)), "a red ball bounces\n");
    }
    Files.writeString(made.resolve("1.txt"), "rain and waves");
    double[] first = scores(here, real, made);
    assertThat(first).hasSize(4);
    assertThat(Arrays.stream(first).map(Math::abs).max().orElseThrow()).isLessThanOrEqualTo(1.0001);
    double[] truth = scores(here, real, real);
    assertThat(first[0]).isEqualTo(truth[0]);
    assertThat(first[1]).isNotCloseTo(truth[1], within(1e-3));
    assertThat(first[2]).isEqualTo(truth[2]);
    // Another caption is another number, although the clip is the same and its numbers are kept.
    Files.writeString(made.resolve("1.txt"), "a red ball bounces");
    assertThat(scores(here, real, made)).containsExactly(truth);
    Files.writeString(made.resolve("1.txt"), "x".repeat(1 << 17));
    assertThat(scores(here, real, made)).as("a caption too long").hasSize(3);
  }

  /** Of single clips, those alone of which something is said. */
  private double[] scores(Path here, Path real, Path made) {
    try (Metrics metrics = new Metrics(JUDGES, here)) {
      EvaluationReport report =
          new Evaluation(
                  metrics.named(List.of("clap-score")),
                  folder.resolve("features"),
                  0,
                  OptionalDouble.empty())
              .run(
                  new Evaluation.ClipSet("real", real),
                  List.of(new Evaluation.ClipSet("made", made)),
                  ProgressListener.NONE,
                  new Cancellation());
      return report.metrics().get(0).sets().get(0).perClip().stream()
          .mapToDouble(EvaluationReport.ClipValue::value)
          .toArray();
    }
  }

  private static double[] figures(EvaluationReport report, String metric) {
    return report.metrics().stream()
        .filter(one -> one.name().equals(metric))
        .findFirst()
        .orElseThrow()
        .sets()
        .stream()
        .mapToDouble(set -> set.figures().get(0).interval().value())
        .toArray();
  }

  @Test
  void sound_has_a_row_for_every_096_seconds_and_short_sound_one() throws IOException {
    try (VggishNetwork network = new VggishNetwork(models)) {
      assertThat(network.of(Clip.of(Audio.mono(new float[16000 * 3], 16000))).length).isEqualTo(3);
      assertThat(network.of(Clip.of(Audio.mono(new float[800], 16000))).length).isEqualTo(2);
      assertThat(network.of(Clip.of(scene(0).video().orElseThrow())).length).isZero();
    }
  }

  @Test
  void pictures_have_as_many_rows_and_numbers_as_their_protocols_say() {
    save(
        "i3d",
        I3d.FOLDER.type(),
        I3dConfig.ORIGINAL,
        zero(new I3d(I3dConfig.ORIGINAL, Rng.none())));
    InceptionV3 inception = zero(new InceptionV3(InceptionConfig.FID, Rng.none()));
    save("inception", InceptionV3.FOLDER.type(), InceptionConfig.FID, inception);
    Clip clip = scene(1);
    Video video = clip.video().orElseThrow();
    int two = 2 * video.width() * video.height() * 3;
    Video begin =
        new Video(java.util.Arrays.copyOf(video.rgb(), two), 2, video.width(), video.height(), 8);
    try (I3dNetwork fvd = I3dNetwork.mmDiffusion(models);
        InceptionNetwork fid = InceptionNetwork.likeTensorFlow(models)) {
      double[][] logits = fvd.of(clip);
      assertThat(logits).hasDimensions(1, 400);
      assertThat(fid.of(Clip.of(begin))).hasDimensions(2, 2048);
      assertThat(fid.id()).isNotEqualTo(InceptionNetwork.likePytorchFid(models).id());
    }
    I3dNetwork styleganV = I3dNetwork.styleganV(models);
    assertThat(styleganV.of(clip)).as("nine pictures").isEmpty();
  }

  /** Drawing twenty million weights takes longer than the test. */
  private static <N extends Module> N zero(N network) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      StateDict.of(network).values().forEach(Tensor::zero_);
    }
    return network;
  }

  @Test
  void who_asks_for_a_figure_without_its_network_is_told_where_it_is_from() {
    try (Metrics metrics = new Metrics(JUDGES, folder)) {
      assertThat(metrics.all()).extracting(Metric::name).doesNotContain("fvd", "fad", "fid");
      assertThat(metrics.known())
          .extracting(Metric::name)
          .contains("fvd", "kvd", "fvd-styleganv", "fad", "fid", "fid-pytorch", "fd", "is", "kl");
      assertThatThrownBy(() -> metrics.named(List.of("drift", "fad")))
          .isInstanceOf(KinetoneException.class)
          .hasMessage(
              ("metric 'fad' needs the network 'vggish', and there is no %s: get"
                      + " vggish-10086976.pth of harritaylor/torchvggish and import it by 'kinetone"
                      + " import FILE --as vggish --out %s'")
                  .formatted(folder.resolve("vggish"), folder.resolve("vggish")));
    }
  }

  @Test
  void another_network_in_the_place_of_one_is_told_to_those_alone_who_ask_for_it()
      throws IOException {
    Files.createDirectory(folder.resolve("vggish"));
    try (Metrics metrics = new Metrics(JUDGES, folder)) {
      assertThat(metrics.named(List.of("drift"))).hasSize(1);
      Metric fad = metrics.named(List.of("fad")).get(0);
      assertThatThrownBy(() -> fad.measure().id())
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("is not a model component");
    }
  }
}
