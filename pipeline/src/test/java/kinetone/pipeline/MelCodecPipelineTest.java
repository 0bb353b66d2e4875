package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import kinetone.codec.CodecFolder;
import kinetone.codec.MelCodec;
import kinetone.diffusion.Modality;
import kinetone.latent.kl.MelChannel;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.system.mdsgen.MdsgenOptions;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.testkit.TinyMdsgen;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MelCodecPipelineTest {
  @TempDir Path folder;

  @Test
  void without_a_vocoder_phases_are_found_by_iteration_from_the_seed() {
    Path mute = TinyMdsgen.without(TinyMdsgen.write(folder.resolve("mute")), TinyMdsgen.VOCODER);
    Path whole = TinyMdsgen.write(folder.resolve("whole"));
    try (Pipeline iterated = Kinetone.load(mute, Kinetone.Options.CPU);
        Pipeline model = Kinetone.load(whole, Kinetone.Options.CPU)) {
      GenerateResult result = iterated.generate(V2a.fitting().seed(5).build());
      PipelineAssertions.assertSound(result.clip().audio().orElseThrow());
      assertThat(GenerateOnce.digest(iterated.generate(V2a.fitting().seed(5).build())))
          .isEqualTo(GenerateOnce.digest(result));
      GenerateResult vocoded = model.generate(V2a.fitting().seed(5).build());
      assertThat(result.diagnostics().latents().get(Modality.AUDIO))
          .isEqualTo(vocoded.diagnostics().latents().get(Modality.AUDIO));
      assertThat(result.clip().audio().orElseThrow().samples()[0])
          .isNotEqualTo(vocoded.clip().audio().orElseThrow().samples()[0]);
      PipelineAssertions.assertSteady(
          iterated, V2a.fitting().numInferenceSteps(2).with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, 2.0));
    }
  }

  @Test
  void phases_depend_on_the_seed_alone() {
    Path mute = TinyMdsgen.without(TinyMdsgen.write(folder), TinyMdsgen.VOCODER);
    try (MelCodec codec = codec(mute);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(1);
        Rng first = new Rng(2);
        Rng again = new Rng(2);
        Rng other = new Rng(3)) {
      Tensor latents = rng.normal(1, 45, 4, TinyMdsgen.CHANNELS);
      assertThat(codec.decodeSpectrogram(latents).shape()).containsExactly(1, 180, 16);
      Tensor sound = codec.decode(latents, 9000, first);
      assertThat(sound.shape()).containsExactly(1, 9000);
      assertThat(torch.equal(codec.decode(latents, 9000, again), sound)).isTrue();
      assertThat(torch.equal(codec.decode(latents, 9000, other), sound)).isFalse();
    }
  }

  @Test
  void a_codec_of_pictures_has_time_in_columns_and_gives_the_channel_asked_for() {
    Path green = write("green", MelChannel.G);
    Path red = write("red", MelChannel.R);
    GenerateResult result;
    try (Pipeline pictures = Kinetone.load(green, Kinetone.Options.CPU)) {
      result = pictures.generate(V2a.fitting().seed(5).build());
      PipelineAssertions.assertSound(result.clip().audio().orElseThrow());
      assertThat(V2a.digest(pictures, V2a.fitting().seed(5)))
          .isEqualTo(GenerateOnce.digest(result));
    }
    try (Pipeline other = Kinetone.load(red, Kinetone.Options.CPU)) {
      GenerateResult heard = other.generate(V2a.fitting().seed(5).build());
      assertThat(heard.diagnostics().latents().get(Modality.AUDIO))
          .isEqualTo(result.diagnostics().latents().get(Modality.AUDIO));
      assertThat(GenerateOnce.digest(heard)).isNotEqualTo(GenerateOnce.digest(result));
    }
    try (MelCodec codec = codec(green);
        MelCodec second = codec(red);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(1)) {
      Tensor latents = rng.normal(1, 45, 4, TinyMdsgen.CHANNELS);
      // Bands in rows, frames in columns.
      Tensor mel = codec.decodeSpectrogram(latents);
      assertThat(mel.shape()).containsExactly(1, 180, 16);
      assertThat(torch.equal(second.decodeSpectrogram(latents), mel)).isFalse();
    }
  }

  /** A model whose autoencoder is one of pictures. */
  private Path write(String name, MelChannel channel) {
    Path model = TinyMdsgen.write(folder.resolve(name));
    TinyMdsgen.writeCodec(model, TinyMdsgen.FRONT_END, channel, TinyMdsgen.CHANNELS);
    TinyMdsgen.writeDenoiser(model, MdsgenConfig.Rows.FREQUENCY);
    return model;
  }

  private static MelCodec codec(Path model) {
    return CodecFolder.load(model.resolve("audio_codec"), MelCodec.FORMAT).codec();
  }
}
