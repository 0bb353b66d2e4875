package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import kinetone.diffusion.Modality;
import kinetone.latent.CodecFolder;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.MelChannel;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.testkit.TinyMdsgen;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MelVoiceTest {
  @TempDir Path folder;

  @Test
  void without_a_vocoder_phases_are_found_by_iteration_from_the_seed() {
    Path mute = TinyMdsgen.without(TinyMdsgen.write(folder.resolve("mute")), ModelIndex.VOCODER);
    Path whole = TinyMdsgen.write(folder.resolve("whole"));
    try (Pipeline iterated = Kinetone.load(mute, Kinetone.Options.CPU);
        Pipeline model = Kinetone.load(whole, Kinetone.Options.CPU)) {
      GenerateResult result = iterated.generate(V2a.fitting().seed(5).build());
      PipelineAssertions.assertSound(result.clip().audio().orElseThrow());
      assertThat(GenerateOnce.digest(iterated.generate(V2a.fitting().seed(5).build())))
          .isEqualTo(GenerateOnce.digest(result));
      GenerateResult vocoded = model.generate(V2a.fitting().seed(5).build());
      assertThat(result.latents().get(Modality.AUDIO))
          .isEqualTo(vocoded.latents().get(Modality.AUDIO));
      assertThat(result.clip().audio().orElseThrow().samples()[0])
          .isNotEqualTo(vocoded.clip().audio().orElseThrow().samples()[0]);
      PipelineAssertions.assertSteady(
          iterated, V2a.fitting().numInferenceSteps(2).classifierGuidanceScale(2));
    }
  }

  @Test
  void phases_depend_on_the_seed_alone() {
    Path mute = TinyMdsgen.without(TinyMdsgen.write(folder), ModelIndex.VOCODER);
    try (MelVoice voice =
            new MelVoice(mute, new Spectrogram(TinyMdsgen.FRONT_END, null), new Device("cpu"));
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(1);
        Rng first = new Rng(2);
        Rng again = new Rng(2);
        Rng other = new Rng(3)) {
      Tensor mel = voice.logMel(rng.normal(1, 45, 4, TinyMdsgen.CHANNELS));
      assertThat(mel.shape()).containsExactly(1, 180, 16);
      Tensor sound = voice.sound(mel, 9000, first);
      assertThat(sound.shape()).containsExactly(1, 9000);
      assertThat(torch.equal(voice.sound(mel, 9000, again), sound)).isTrue();
      assertThat(torch.equal(voice.sound(mel, 9000, other), sound)).isFalse();
    }
  }

  @Test
  void a_codec_of_pictures_has_time_in_columns_and_gives_the_channel_asked_for() {
    TinyMdsgen.write(folder);
    TinyMdsgen.writeCodec(folder, 3, TinyMdsgen.CHANNELS);
    TinyMdsgen.writeDenoiser(folder, MdsgenConfig.Rows.FREQUENCY);
    TinyMdsgen.writeIndex(folder, new Spectrogram(TinyMdsgen.FRONT_END, MelChannel.G));
    try (Pipeline pictures = Kinetone.load(folder, Kinetone.Options.CPU)) {
      GenerateResult result = pictures.generate(V2a.fitting().seed(5).build());
      PipelineAssertions.assertSound(result.clip().audio().orElseThrow());
      assertThat(GenerateOnce.digest(pictures.generate(V2a.fitting().seed(5).build())))
          .isEqualTo(GenerateOnce.digest(result));
    }
    AutoencoderKl codec =
        CodecFolder.load(folder.resolve(ModelIndex.MEL_CODEC), AutoencoderKl.FORMAT).codec();
    try (MelVoice green = voice(MelChannel.G);
        MelVoice red = voice(MelChannel.R);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(1)) {
      Tensor latents = rng.normal(1, 45, 4, TinyMdsgen.CHANNELS);
      // Bands in rows, frames in columns.
      Tensor picture = codec.decode(latents.transpose(1, 2));
      assertThat(picture.shape()).containsExactly(1, 16, 180, 3);
      Tensor mel = green.logMel(latents);
      assertThat(torch.equal(mel, picture.select(3, 1).transpose(1, 2))).isTrue();
      assertThat(torch.equal(red.logMel(latents), mel)).isFalse();
    }
    codec.close();
  }

  private MelVoice voice(MelChannel channel) {
    return new MelVoice(folder, new Spectrogram(TinyMdsgen.FRONT_END, channel), new Device("cpu"));
  }
}
