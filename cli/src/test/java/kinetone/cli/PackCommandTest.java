package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.SamplerChoice;
import kinetone.pipeline.Systems;
import kinetone.system.mdsgen.MdsgenOptions;
import kinetone.testkit.TinyMdsgen;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the components of a model is one line, and no model is left behind. */
class PackCommandTest {
  @TempDir static Path shared;
  private static Path model;

  @TempDir Path folder;

  @BeforeAll
  static void prepare() {
    model = TinyModel.write(shared.resolve("model"));
  }

  @Test
  void components_become_a_model_that_generates() {
    Captured run =
        pack(
            part("video_codec", "video_codec"),
            part("audio_codec", "audio_codec"),
            List.of("--rate", "8000", "--num-inference-steps", "2", "--sampler", "dpmpp"),
            List.of("--description", "of my own"));
    assertThat(run.status()).as(run.err().toString()).isZero();
    Path mine = folder.resolve("mine");
    assertThat(run.out()).containsExactly(mine.toString());
    ModelIndex index = ModelIndex.read(mine);
    assertThat(index.format()).isEqualTo(TinyModel.FORMAT);
    assertThat(index.defaults())
        .isEqualTo(
            OptionValues.NONE
                .with(CommonOptions.NUM_INFERENCE_STEPS, 2)
                .with(CommonOptions.SAMPLER, SamplerChoice.DPMPP)
                .over(Systems.named("monl").defaults()));
    assertThat(Captured.run("info", mine.toString()).out()).startsWith("of my own");
    String out = folder.resolve("out").toString();
    Captured made =
        Captured.run("generate", "--model", mine.toString(), "--task", "joint", "--out", out);
    assertThat(made.status()).as(made.err().toString()).isZero();
  }

  @Test
  void a_classifier_and_how_much_it_guides_are_packed() {
    Path parts = TinyMdsgen.write(shared.resolve("mdsgen"));
    List<String> options = new ArrayList<>(List.of("pack", "--system=mdsgen", "--rate=8000"));
    for (String part : List.of("denoiser", "audio_codec", "cavp", "align")) {
      options.add("--part=" + part + "=" + parts.resolve(part));
    }
    options.add("--part=vocoder=" + parts.resolve(TinyMdsgen.VOCODER));
    options.add("--classifier-guidance-scale=7");
    options.add("--out=" + folder.resolve("mine"));
    Captured run = Captured.run(options.toArray(String[]::new));
    assertThat(run.status()).as(run.err().toString()).isZero();
    ModelIndex index = ModelIndex.read(folder.resolve("mine"));
    assertThat(index.defaults().get(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE)).isEqualTo(7);
    assertThat(folder.resolve("mine").resolve(TinyMdsgen.VOCODER)).isDirectory();
  }

  @Test
  void components_that_are_missing_wrong_or_of_another_system() {
    List<String> video = part("video_codec", "video_codec");
    List<String> audio = part("audio_codec", "audio_codec");
    List<String> rate = List.of("--rate", "8000");
    refused(pack(video, rate), "needs --part audio_codec=FOLDER");
    refused(
        pack(video, audio, part("cavp", "denoiser")), "models of system monl have no part 'cavp'");
    refused(
        pack(video, audio, rate, List.of("--classifier-guidance-scale", "2")),
        "classifier_guidance_scale is not an option of monl models");
    refused(pack(video, part("audio_codec", "video_codec"), rate), "expected is a ");
    refused(pack(video, part("audio_codec", "missing"), rate), "is not a model component");
    refused(pack(video, audio, rate, List.of("--samples", "1")), "1 samples are 1 positions");
    refused(pack(video, audio, rate, List.of("--num-inference-steps", "0")), "num_inference_steps");
    refused(
        Captured.run("pack", "--system", "sora", "--part", "a=b", "--out", "x"), "monl, mdsgen");
    refused(Captured.run("pack", "--system", "monl", "--out", "x"), "--part");
    Captured over =
        Captured.run(
            "pack",
            "--system=monl",
            "--part=denoiser=" + model.resolve("denoiser"),
            "--part=video_codec=" + model.resolve("video_codec"),
            "--part=audio_codec=" + model.resolve("audio_codec"),
            "--out=" + model);
    refused(over, "exists already");
  }

  private static List<String> part(String role, String component) {
    return List.of("--part", role + "=" + model.resolve(component));
  }

  @SafeVarargs
  private Captured pack(List<String>... options) {
    List<String> all = new ArrayList<>(List.of("pack", "--system", "monl"));
    all.addAll(part("denoiser", "denoiser"));
    for (List<String> some : options) {
      all.addAll(some);
    }
    all.addAll(List.of("--out", folder.resolve("mine").toString()));
    return Captured.run(all.toArray(String[]::new));
  }

  private void refused(Captured run, String part) {
    assertThat(run.err()).singleElement().asString().startsWith("kinetone: ").contains(part);
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(2);
    assertThat(folder).isEmptyDirectory();
  }
}
