package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.Json;
import kinetone.codec.CodecFolder;
import kinetone.codec.Codecs;
import kinetone.codec.FramewiseCodec;
import kinetone.codec.MelCodec;
import kinetone.codec.MelCodecConfig;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.kl.LatentScale;
import kinetone.latent.kl.MelChannel;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Rng;
import kinetone.testkit.TinyMdsgen;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The paper's MDSGen by commands alone: an autoencoder of the shape of Stable Diffusion's becomes a
 * codec of sound, clips are prepared with it, a network is trained, packed, heard and judged.
 */
class PaperMdsgenTest {
  /** Stable Diffusion's, but narrow. */
  private static final AutoencoderKlConfig NARROW =
      new AutoencoderKlConfig(3, List.of(4, 4, 8, 8), 1, true, 2, 4, 0, 1, Regularisation.kl(1e-6));

  private static final String TRAINER =
      """
      batch: 2
      trainer: {steps: 3, seed: 1, optimizer: {learningRate: 1.0e-2}, precision: FP32}
      """;

  @TempDir Path folder;

  @Test
  void it_is_imported_prepared_trained_packed_heard_and_judged() throws IOException {
    String codec = codec("codec");
    TinyMdsgen.writeFeatures(folder, TinyMdsgen.FEATURES);
    String cavp = folder.resolve("cavp").toString();

    // As in the paper, the sound is a little longer than the pictures: 9 latents, not 8.
    String latents = prepare(codec, cavp, "latents", 9, 18432);
    String model = folder.resolve("model").toString();
    done(
        "pack",
        "--system=mdsgen",
        "--part=denoiser=" + train("mdsgen", denoiser(latents, codec)),
        "--part=audio_codec=" + codec,
        "--part=cavp=" + cavp,
        "--num-inference-steps=2",
        "--out=" + model);
    assertThat(done("info", model).out()).anyMatch(line -> line.contains("MelCodec"));

    String silent = folder.resolve("silent.mp4").toString();
    done(
        "scenes",
        "--kind=ball",
        "--silent",
        "--width=16",
        "--height=16",
        "--frames=9",
        "-o",
        silent);
    Path sound = folder.resolve("sound.wav");
    generate(model, silent, sound);
    assertThat(sound).isNotEmptyFile();

    String longer = prepare(codec, cavp, "longer", 11, 22528);
    String judge = train("judge", judge(longer, codec));
    assertThat(
            done("bench", "sync", "--model=" + model, "--scenes=2", "--device=cpu", "--json").out())
        .singleElement()
        .asString()
        .contains("\"withinMilliseconds\":50");
    // All nine pictures, whose time would be 8 latents, are judged with all of the sound's 9.
    assertThat(
            done(
                    "bench",
                    "align",
                    "--model=" + model,
                    "--judge=" + model,
                    "--classifier=" + judge,
                    "--window=9",
                    "--scenes=2",
                    "--device=cpu",
                    "--json")
                .out())
        .singleElement()
        .asString()
        .contains("generated, swapped");
  }

  @Test
  void another_channel_of_the_same_weights_is_another_sound() throws IOException {
    List<byte[]> sounds = new ArrayList<>();
    TinyMdsgen.writeFeatures(folder, TinyMdsgen.FEATURES);
    String cavp = folder.resolve("cavp").toString();
    String latents = prepare(codec("G"), cavp, "latents", 9, 18432);
    String denoiser = train("mdsgen", denoiser(latents, folder.resolve("G").toString()));
    String silent = folder.resolve("silent.mp4").toString();
    done("scenes", "--kind=ball", "--silent", "--width=16", "--height=16", "-o", silent);
    for (MelChannel channel : MelChannel.values()) {
      if (channel != MelChannel.G) {
        codec(channel.name(), channel.name());
      }
      String model = folder.resolve("model-" + channel).toString();
      done(
          "pack",
          "--system=mdsgen",
          "--part=denoiser=" + denoiser,
          "--part=audio_codec=" + folder.resolve(channel.name()),
          "--part=cavp=" + cavp,
          "--num-inference-steps=2",
          "--out=" + model);
      Path sound = folder.resolve(channel + ".wav");
      generate(model, silent, sound);
      sounds.add(Files.readAllBytes(sound));
    }
    assertThat(sounds).doesNotHaveDuplicates();
  }

  @Test
  void the_diffuserssize_has_the_papers_latents_scale_and_channel() throws IOException {
    Captured refused =
        Captured.run(
            "import",
            codec("codec") + "/model.safetensors",
            "--as=sd-vae-mel",
            "--set=codec.channel=PURPLE",
            "--out=" + folder.resolve("no"));
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).singleElement().asString().contains("sd-vae-mel", "codec.channel");
    assertThat(folder.resolve("no")).doesNotExist();

    Path narrow = folder.resolve("codec");
    assertThat(Codecs.describeAudio(narrow).audio().latent(131072)).containsExactly(64, 16);
    assertThat(Codecs.describeAudio(narrow).channels()).isEqualTo(4);
    assertThat(CodecFolder.statistics(narrow).standardDeviation())
        .containsOnly((float) (1 / LatentScale.SD.factor()));
    assertThat(CodecFolder.load(narrow, MelCodec.FORMAT).codec().config().channel())
        .isEqualTo(MelChannel.G);
  }

  /** Imports the narrow autoencoder, whose file has the names of diffusers, as a codec of sound. */
  private String codec(String name, String... channel) throws IOException {
    Path diffusers = folder.resolve("public");
    if (!Files.exists(diffusers)) {
      try (Rng rng = new Rng(1)) {
        CodecFolder.save(
            folder.resolve("pictures"),
            FramewiseCodec.FORMAT,
            new FramewiseCodec(new AutoencoderKl(NARROW, rng)),
            LatentScale.SD.statistics(4),
            ScalarType.Float);
      }
      done("export", folder.resolve("pictures").toString(), "--to=diffusers", "--out=" + diffusers);
    }
    Path config = folder.resolve("narrow.json");
    Files.writeString(
        config,
        Json.MAPPER.writeValueAsString(
            Map.of(
                "codec", new MelCodecConfig(NARROW, MelFrontEndConfig.DIFF_FOLEY, MelChannel.G))));
    List<String> command =
        new ArrayList<>(
            List.of("import", diffusers.toString(), "--as=sd-vae-mel", "--config=" + config));
    Arrays.stream(channel).forEach(one -> command.add("--set=codec.channel=" + one));
    command.add("--out=" + folder.resolve(name));
    done(command.toArray(String[]::new));
    return folder.resolve(name).toString();
  }

  private String prepare(String codec, String cavp, String name, int frames, int samples) {
    String out = folder.resolve(name).toString();
    done(
        "prepare",
        "--audio-codec=" + codec,
        "--cavp=" + cavp,
        "--scenes=4",
        "--width=16",
        "--height=16",
        "--frames=" + frames,
        "--samples=" + samples,
        "--device=cpu",
        "--out=" + out);
    return out;
  }

  private String train(String name, String recipe) throws IOException {
    Path file = folder.resolve(name + ".yaml");
    Files.writeString(file, recipe + TRAINER);
    Path run = folder.resolve("run-" + name);
    done("train", file.toString(), "--out=" + run, "--device=cpu");
    return run.resolve("model").toString();
  }

  private static String denoiser(String latents, String codec) {
    return """
        kind: mdsgen
        latents: %1$s
        heldOutLatents: %1$s
        audioCodec: %2$s
        model:
          depth: 2
          width: 16
          heads: 2
          decoderDepth: 1
          gelu: TANH
          timestepSinusoids: 16
          latent: {length: 9, frequencies: 16, channels: 4, patch: 2, rows: FREQUENCY}
          features: {frames: 9, width: 6}
        masking: {kind: TEMPORAL, ratio: 0.3}
        maskedWeight: 1
        minSnr: true
        conditionDrop: 0.1
        """
        .formatted(latents, codec);
  }

  private static String judge(String latents, String codec) {
    return """
        kind: align
        latents: %1$s
        heldOutLatents: %1$s
        audioCodec: %2$s
        model: {latentChannels: 4, channels: 8, multipliers: [1], attention: [true], heads: 2, groups: 2, features: 6, context: 8, frames: 9}
        pairs: {window: 9, shift: 1, latentsPerFrame: 1}
        noisy: false
        """
        .formatted(latents, codec);
  }

  private static void generate(String model, String silent, Path sound) {
    done(
        "generate",
        "--task=v2a",
        "--model=" + model,
        "--video=" + silent,
        "--device=cpu",
        "-o",
        sound.toString());
  }

  private static Captured done(String... arguments) {
    Captured run = Captured.run(arguments);
    assertThat(run.status()).as("%s: %s", String.join(" ", arguments), run.err()).isZero();
    return run;
  }
}
