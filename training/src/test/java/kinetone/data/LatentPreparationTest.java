package kinetone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.codec.CausalAudioCodec;
import kinetone.codec.CausalVideoCodec;
import kinetone.codec.CodecFolder;
import kinetone.codec.FramewiseCodec;
import kinetone.codec.MelCodec;
import kinetone.codec.MelCodecConfig;
import kinetone.common.KinetoneException;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.ResNet3dConfig;
import kinetone.feature.cnn14.Cnn14Config;
import kinetone.latent.LatentStatistics;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.magvit2.CausalVideoConfig;
import kinetone.latent.magvit2.FrameNorm;
import kinetone.latent.soundstream.Activation;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.latent.soundstream.CausalAudioConfig;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.nn.conv.TimePadding;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneKind;
import kinetone.scene.SceneMix;
import kinetone.signal.ClipTensors;
import kinetone.spectral.MelFrontEnd;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.assertj.core.api.ThrowableAssert;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatentPreparationTest {
  private static final ClipFormat FORMAT = new ClipFormat(16, 16, 5, 8, 5000, 8000);
  private static final CausalVideoConfig VIDEO =
      new CausalVideoConfig(
          true,
          2,
          List.of(new CausalVideoConfig.Level(4, 0), new CausalVideoConfig.Level(4, 0)),
          List.of(new CausalVideoConfig.Level(4, 0), new CausalVideoConfig.Level(4, 0)),
          List.of(true),
          List.of(true),
          1,
          FrameNorm.Kind.CHANNEL,
          1,
          TimePadding.FIRST_FRAME,
          2,
          Regularisation.noise(1e-3, 0.03));
  private static final CausalAudioConfig AUDIO =
      new CausalAudioConfig(
          10,
          true,
          8,
          3,
          List.of(new CausalAudioConfig.Level(4, 0), new CausalAudioConfig.Level(4, 0)),
          List.of(new CausalAudioConfig.Level(4, 0), new CausalAudioConfig.Level(4, 0)),
          List.of(5),
          List.of(1),
          3,
          3,
          Activation.Kind.ELU,
          3,
          Regularisation.noise(1e-3, 0.01));

  /** 0.65 s, 65 mel frames. */
  private static final ClipFormat SHORT = new ClipFormat(16, 16, 5, 8, 10400, 16000);

  private static final AutoencoderKlConfig MEL =
      new AutoencoderKlConfig(
          1, List.of(4, 4, 4), 1, false, 2, 2, -6, 3, Regularisation.noise(1e-3, 0.03));

  private static final AutoencoderKlConfig PICTURES =
      new AutoencoderKlConfig(
          3, List.of(4, 4), 1, false, 2, 2, 0, 1, Regularisation.noise(1e-3, 0.03));

  @TempDir static Path codecs;
  @TempDir Path folder;

  private static CausalVideoAutoencoder video;
  private static AutoencoderKl melCodec;
  private static AutoencoderKl framewise;
  private static Cavp cavp;

  @BeforeAll
  static void writeCodecs() {
    try (Rng rng = new Rng(3)) {
      video = new CausalVideoAutoencoder(VIDEO, rng);
      save(codecs.resolve("video"), video);
      save(codecs.resolve("other-video"), new CausalVideoAutoencoder(VIDEO, rng));
      CodecFolder.save(
          codecs.resolve("audio"),
          CausalAudioCodec.FORMAT,
          new CausalAudioCodec(new CausalAudioAutoencoder(AUDIO, rng)),
          LatentStatistics.identity(3),
          ScalarType.Float);
      melCodec = new AutoencoderKl(MEL, rng);
      save(codecs.resolve("mel"), melCodec, MelFrontEndConfig.AUDIO_LDM);
      save(codecs.resolve("other-front"), melCodec, MelFrontEndConfig.DIFF_FOLEY);
      save(codecs.resolve("other-mel"), new AutoencoderKl(MEL, rng), MelFrontEndConfig.AUDIO_LDM);
      framewise = new AutoencoderKl(PICTURES, rng);
      CodecFolder.save(
          codecs.resolve("framewise"),
          FramewiseCodec.FORMAT,
          new FramewiseCodec(framewise),
          LatentStatistics.identity(2),
          ScalarType.Float);
      cavp = new Cavp(cavp(8), rng);
      cavp.eval();
      Cavp.FOLDER.save(codecs.resolve("cavp"), cavp, ScalarType.Float);
      Cavp.FOLDER.save(codecs.resolve("other-cavp"), new Cavp(cavp(8), rng), ScalarType.Float);
      Cavp.FOLDER.save(codecs.resolve("slow-cavp"), new Cavp(cavp(4), rng), ScalarType.Float);
    }
  }

  private static CavpConfig cavp(double framesPerSecond) {
    return new CavpConfig(
        16,
        framesPerSecond,
        6,
        new ResNet3dConfig(4, List.of(1), List.of(true), 1, 3, true),
        new Cnn14Config(8, List.of(new Cnn14Config.Level(2, 2, 2)), 0));
  }

  private static LatentNetworks networks(String videoCodec) {
    return LatentNetworks.of(codecs.resolve(videoCodec), codecs.resolve("audio"));
  }

  private static LatentPreparation withFeatures(String network) {
    return new LatentPreparation(
        scenes(),
        Map.of("kind", "scenes", "seed", "7"),
        FORMAT,
        7,
        networks("video").withCavp(codecs.resolve(network)),
        3,
        2,
        2);
  }

  private static void save(Path where, CausalVideoAutoencoder codec) {
    CodecFolder.save(
        where,
        CausalVideoCodec.FORMAT,
        new CausalVideoCodec(codec),
        LatentStatistics.identity(2),
        ScalarType.Float);
  }

  private static void save(Path where, AutoencoderKl network, MelFrontEndConfig frontEnd) {
    CodecFolder.save(
        where,
        MelCodec.FORMAT,
        new MelCodec(new MelCodecConfig(network.config(), frontEnd), network),
        LatentStatistics.identity(2),
        ScalarType.Float);
  }

  private static LatentPreparation ofSpectrograms(LatentNetworks networks, ClipFormat format) {
    return new LatentPreparation(
        new SceneSource(format, SceneMix.all(), 7, 5),
        Map.of("kind", "scenes", "seed", "7"),
        format,
        5,
        networks,
        3,
        2,
        1);
  }

  private static LatentNetworks spectrograms(String melCodec) {
    return LatentNetworks.ofSound(codecs.resolve(melCodec)).withCavp(codecs.resolve("cavp"));
  }

  private static ClipSource scenes() {
    return new SceneSource(FORMAT, SceneMix.all(), 7, 7);
  }

  private static LatentPreparation preparation(ClipSource clips, String seed, String videoCodec) {
    return new LatentPreparation(
        clips, Map.of("kind", "scenes", "seed", seed), FORMAT, 7, networks(videoCodec), 3, 2, 2);
  }

  private static void run(LatentPreparation preparation, Path folder) {
    preparation.run(folder, new Device("cpu"), done -> {});
  }

  @Test
  void kinds_of_scenes_are_kept_where_they_are_wanted() {
    Path with = folder.resolve("with");
    run(labelled(scenes()), with);
    assertThat(LatentsFile.read(with).labels()).isEqualTo(SceneKind.labels());
    SceneGenerator generator = new SceneGenerator(FORMAT, SceneMix.all(), 7);
    try (TensorScope scope = TensorScope.open();
        LatentCache cache = LatentCache.open(with)) {
      float[] labels = Tensors.toFloats(cache.get(LatentRoles.LABEL, new long[] {5, 0, 6, 3}));
      for (int i = 0; i < labels.length; i++) {
        long clip = new long[] {5, 0, 6, 3}[i];
        assertThat(SceneKind.labels().get((int) labels[i]))
            .isEqualTo(generator.scene(clip).truth().kind().label());
      }
      assertThat(labels[0]).as("several kinds").isNotEqualTo(labels[1]);
    }
    Path without = folder.resolve("without");
    run(preparation(scenes(), "7", "video"), without);
    assertThat(LatentsFile.read(without).labels()).isEmpty();
    assertThatThrownBy(() -> run(labelled(scenes()), without))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("holds other latents");
    ClipSource unknown =
        new ClipSource() {
          @Override
          public long size() {
            return 7;
          }

          @Override
          public Clip clip(long index) {
            return scenes().clip(index);
          }
        };
    assertThatThrownBy(() -> labelled(unknown))
        .isInstanceOf(KinetoneException.class)
        .hasMessage("these clips have no labels; leave --labels out");
  }

  private static LatentPreparation labelled(ClipSource clips) {
    return new LatentPreparation(
        clips, Map.of("kind", "scenes", "seed", "7"), FORMAT, 7, networks("video"), 3, 2, 2, true);
  }

  @Test
  void latents_of_clip_i_stand_at_position_i_across_shards() {
    List<Long> progress = new ArrayList<>();
    preparation(scenes(), "7", "video").run(folder, new Device("cpu"), progress::add);

    assertThat(progress).isSorted().endsWith(7L);
    try (LatentCache cache = LatentCache.open(folder);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      assertThat(cache.size()).isEqualTo(7);
      assertThat(cache.get(LatentRoles.VIDEO, new long[] {0}).shape())
          .containsExactly(1, 3, 4, 4, 2);
      assertThat(cache.get(LatentRoles.AUDIO, new long[] {0}).shape()).containsExactly(1, 125, 3);
      for (int i = 0; i < 7; i++) {
        float[] direct =
            Tensors.toFloats(video.encode(ClipTensors.video(List.of(scenes().clip(i)))));
        assertThat(Tensors.toFloats(cache.get(LatentRoles.VIDEO, new long[] {i})))
            .containsExactly(direct, Offset.offset(2e-3f));
      }
    }
  }

  @Test
  void preparation_goes_on_with_the_missing_shards_and_makes_the_same_bytes() throws IOException {
    run(preparation(scenes(), "7", "video"), folder);
    Path kept = LatentCache.shard(folder, 0);
    Path lost = LatentCache.shard(folder, 1);
    byte[] before = Files.readAllBytes(lost);
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(kept, old);
    Files.delete(lost);

    run(preparation(scenes(), "7", "video"), folder);

    assertThat(Files.readAllBytes(lost)).isEqualTo(before);
    assertThat(Files.getLastModifiedTime(kept)).isEqualTo(old);
  }

  @Test
  void folder_of_other_clips_or_codecs_is_refused() throws IOException {
    run(preparation(scenes(), "7", "video"), folder);
    assertThatThrownBy(() -> run(preparation(scenes(), "8", "video"), folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("source {\"kind\":\"scenes\",\"seed\":\"7\"} instead of")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> run(preparation(scenes(), "7", "other-video"), folder))
        .hasMessageContaining("encoders.video");
    Files.delete(LatentsFile.in(folder));
    assertThatThrownBy(() -> run(preparation(scenes(), "7", "video"), folder))
        .hasMessageContaining("latents.json");
  }

  @Test
  void features_of_clip_i_stand_beside_its_latents_and_missing_shards_come_back_the_same()
      throws IOException {
    run(withFeatures("cavp"), folder);
    try (LatentCache cache = LatentCache.open(folder);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      for (int i : new int[] {0, 6}) {
        Tensor direct = cavp.encodeVideo(ClipTensors.unitVideo(List.of(scenes().clip(i))));
        assertThat(cache.get(LatentRoles.FEATURES, new long[] {i}).shape())
            .containsExactly(1, 5, 6);
        assertThat(Tensors.toFloats(cache.get(LatentRoles.FEATURES, new long[] {i})))
            .containsExactly(Tensors.toFloats(direct), Offset.offset(2e-3f));
      }
    }
    Path lost = LatentCache.shard(folder, 1);
    byte[] before = Files.readAllBytes(lost);
    Files.delete(lost);
    run(withFeatures("cavp"), folder);
    assertThat(Files.readAllBytes(lost)).isEqualTo(before);
  }

  @Test
  void mel_latents_of_clip_i_stand_beside_its_features_without_codecs_of_clips()
      throws IOException {
    run(ofSpectrograms(spectrograms("mel"), SHORT), folder);
    Clip fourth = new SceneSource(SHORT, SceneMix.all(), 7, 5).clip(3);
    try (LatentCache cache = LatentCache.open(folder);
        MelFrontEnd front = new MelFrontEnd(MelFrontEndConfig.AUDIO_LDM);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      assertThat(cache.roles()).containsExactly(LatentRoles.AUDIO, LatentRoles.FEATURES);
      assertThat(cache.get(LatentRoles.FEATURES, new long[] {3}).shape()).containsExactly(1, 5, 6);
      Tensor sound = ClipTensors.audio(List.of(fourth), SHORT.samples());
      Tensor mel = front.logMel(front.normalise(sound)).narrow(1, 0, 64).unsqueeze(-1);
      Tensor stored = cache.get(LatentRoles.AUDIO, new long[] {3});
      assertThat(stored.shape()).containsExactly(1, 16, 16, 2);
      assertThat(Tensors.toFloats(stored))
          .containsExactly(Tensors.toFloats(melCodec.encode(mel)), Offset.offset(2e-3f));
      assertThat(Tensors.toFloats(cache.get(LatentRoles.AUDIO, new long[] {2})))
          .as("another clip")
          .isNotEqualTo(Tensors.toFloats(stored));
    }
    Path lost = LatentCache.shard(folder, 1);
    byte[] before = Files.readAllBytes(lost);
    Files.delete(lost);
    run(ofSpectrograms(spectrograms("mel"), SHORT), folder);
    assertThat(Files.readAllBytes(lost)).isEqualTo(before);
    assertThatThrownBy(() -> run(ofSpectrograms(spectrograms("other-mel"), SHORT), folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("encoders.audio")
        .hasMessageNotContaining("\n");
  }

  @Test
  void latents_of_the_same_weights_behind_another_front_end_are_others() {
    run(ofSpectrograms(spectrograms("mel"), SHORT), folder);
    assertThatThrownBy(() -> run(ofSpectrograms(spectrograms("other-front"), SHORT), folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("encoders.audio")
        .hasMessageContaining("configuration");
    LatentsFile made = LatentsFile.read(folder);
    made.requireEncoder(folder, LatentRoles.AUDIO, codecs.resolve("mel"));
    assertThatThrownBy(
            () -> made.requireEncoder(folder, LatentRoles.AUDIO, codecs.resolve("other-front")))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("in another configuration");
  }

  @Test
  void pictures_alone_are_coded_by_a_codec_of_any_kind() {
    LatentNetworks pictures =
        new LatentNetworks(
            Optional.of(codecs.resolve("framewise")), Optional.empty(), Optional.empty());
    run(ofSpectrograms(pictures, SHORT), folder);
    Clip second = new SceneSource(SHORT, SceneMix.all(), 7, 5).clip(1);
    try (LatentCache cache = LatentCache.open(folder);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      assertThat(cache.roles()).containsExactly(LatentRoles.VIDEO);
      assertThat(cache.sizes(LatentRoles.VIDEO)).containsExactly(5, 8, 8, 2);
      Tensor frames = ClipTensors.video(List.of(second)).squeeze(0);
      assertThat(Tensors.toFloats(cache.get(LatentRoles.VIDEO, new long[] {1})))
          .containsExactly(Tensors.toFloats(framewise.encode(frames)), Offset.offset(2e-3f));
    }
  }

  @Test
  void latents_of_another_sample_rate_of_other_signals_and_without_any_codec_are_refused() {
    assertThatThrownBy(() -> run(ofSpectrograms(spectrograms("mel"), FORMAT), folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("sound at 16000 Hz, these clips have 8000 Hz");
    assertThatThrownBy(
            () ->
                run(
                    ofSpectrograms(
                        LatentNetworks.of(codecs.resolve("mel"), codecs.resolve("audio")), SHORT),
                    folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("expected is a codec of pictures");
    assertThat(LatentsFile.in(folder)).doesNotExist();
    assertThatThrownBy(
            () -> new LatentNetworks(Optional.empty(), Optional.empty(), Optional.of(codecs)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("give --video-codec, --audio-codec or both");
  }

  @Test
  void latents_of_an_earlier_version_are_to_be_prepared_again() throws IOException {
    Files.writeString(LatentsFile.in(folder), "{\"source\": {}, \"melCodecSha256\": \"0\"}");
    for (ThrowableAssert.ThrowingCallable use :
        List.<ThrowableAssert.ThrowingCallable>of(
            () -> LatentsFile.read(folder),
            () -> preparation(scenes(), "7", "video").check(folder))) {
      assertThatThrownBy(use)
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("is of an earlier version")
          .hasMessageContaining("prepare them again")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void a_folder_is_gone_on_with_in_the_same_batches_only() throws IOException {
    run(preparation(scenes(), "7", "video"), folder);
    Files.delete(LatentCache.shard(folder, 2));
    LatentPreparation other =
        new LatentPreparation(
            scenes(), Map.of("kind", "scenes", "seed", "7"), FORMAT, 7, networks("video"), 3, 1, 2);
    assertThatThrownBy(() -> other.check(folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("encoded 2 clips at once and the others would be 1")
        .hasMessageContaining("--batch 2");
    assertThatThrownBy(() -> run(other, folder)).hasMessageContaining("--batch 2");
    run(preparation(scenes(), "7", "video"), folder);
  }

  @Test
  void shards_from_elsewhere_and_an_altered_description_are_noticed() throws IOException {
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");
    run(preparation(scenes(), "7", "video"), one);
    run(preparation(scenes(), "7", "other-video"), other);
    LatentsFile.read(one).requireShards(one);
    String text = Files.readString(LatentsFile.in(one));

    // As somebody might who wants the folder to pass for the other codec's.
    Files.copy(LatentsFile.in(other), LatentsFile.in(one), StandardCopyOption.REPLACE_EXISTING);
    assertAltered(one, "shard-00000");
    Files.writeString(LatentsFile.in(one), text.replace("\"count\" : 7", "\"count\" : 6"));
    assertAltered(one, "shard-00000");
    Files.writeString(LatentsFile.in(one), text);
    Files.copy(
        LatentCache.shard(other, 1),
        LatentCache.shard(one, 1),
        StandardCopyOption.REPLACE_EXISTING);
    assertAltered(one, "shard-00001");
    assertThatThrownBy(() -> preparation(scenes(), "7", "video").check(one))
        .hasMessageContaining("shard-00001");
  }

  private static void assertAltered(Path folder, String shard) {
    assertThatThrownBy(() -> LatentsFile.read(folder).requireShards(folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(shard)
        .hasMessageContaining("was not made from what")
        .hasMessageContaining("prepare them again");
  }

  @Test
  void a_folder_that_cannot_be_written_is_refused_before_any_work() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> preparation(scenes(), "7", "video").check(file))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("cannot write");
    ClipSource none =
        new ClipSource() {
          @Override
          public long size() {
            return 7;
          }

          @Override
          public kinetone.media.Clip clip(long index) {
            throw new AssertionError("worked before looking");
          }
        };
    assertThatThrownBy(() -> run(preparation(none, "7", "video"), file.resolve("below")))
        .hasMessageContaining("cannot write");
  }

  @Test
  void folder_with_other_features_or_none_is_refused() {
    run(withFeatures("cavp"), folder);
    assertThatThrownBy(() -> run(withFeatures("other-cavp"), folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("encoders.features");
    assertThatThrownBy(() -> run(preparation(scenes(), "7", "video"), folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("encoders.features");
  }

  @Test
  void features_for_another_frame_rate_are_refused() {
    assertThatThrownBy(() -> run(withFeatures("slow-cavp"), folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("16x16 at 4.0 Hz, these clips are 16x16 at 8.0 Hz");
    assertThat(LatentsFile.in(folder)).doesNotExist();
  }

  @Test
  void failing_clip_leaves_no_half_shard_behind() throws IOException {
    ClipSource broken =
        new ClipSource() {
          @Override
          public long size() {
            return 7;
          }

          @Override
          public kinetone.media.Clip clip(long index) {
            if (index == 4) {
              throw KinetoneException.user("clip 4 is gone");
            }
            return scenes().clip(index);
          }
        };
    assertThatThrownBy(() -> run(preparation(broken, "7", "video"), folder))
        .hasMessage("clip 4 is gone");
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("latents.json", "shard-00000.safetensors");
    }
    run(preparation(scenes(), "7", "video"), folder);
    assertThat(LatentCache.shard(folder, 2)).exists();
  }

  @Test
  void more_clips_than_there_are_is_an_error() {
    assertThatThrownBy(
            () -> new LatentPreparation(scenes(), Map.of(), FORMAT, 8, networks("video"), 3, 2, 1))
        .hasMessageContaining("count = 8");
  }
}
