package kinetone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.latent.Causality;
import kinetone.latent.LatentStatistics;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.kl.MelChannel;
import kinetone.spectral.LogCompression;
import kinetone.spectral.MelFrontEnd;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.spectral.MelInverse;
import kinetone.spectral.WaveformNormalisation;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.VocoderFolder;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MelCodecTest {
  private static final int SAMPLES = 320;

  @TempDir Path folder;
  private final Rng rng = new Rng(5);
  private final NoGradGuard noGrad = new NoGradGuard();

  @AfterEach
  void close() {
    noGrad.close();
    rng.close();
  }

  private static MelCodec plain(MelCodecConfig config) {
    try (Rng weights = new Rng(1)) {
      return new MelCodec(config, new AutoencoderKl(config.autoencoder(), weights));
    }
  }

  private void save(MelCodec codec) {
    CodecFolder.save(
        folder, MelCodec.FORMAT, codec, LatentStatistics.identity(3), ScalarType.Float);
  }

  private static AutoencoderKl network(MelCodec codec) {
    return (AutoencoderKl) codec.module();
  }

  @Test
  void latents_are_those_of_the_spectrogram_at_the_level_of_the_front_end() {
    MelFrontEnd front = new MelFrontEnd(SmallCodecs.FRONT_END);
    try (MelCodec codec = plain(SmallCodecs.MEL);
        TensorScope scope = TensorScope.open()) {
      // 21 frames of which 20 make 10 latents.
      Tensor sound = rng.normal(2, SAMPLES + 16).mul(new Scalar(3.0));
      Tensor mel = front.logMel(front.normalise(sound));
      assertThat(mel.shape()).containsExactly(2, 21, 16);
      assertThat(codec.spectrogram(sound).shape()).containsExactly(2, 20, 16);
      assertThat(Causality.distance(codec.spectrogram(sound), mel.narrow(1, 0, 20))).isZero();
      Tensor latent = codec.encode(sound);
      Tensor expected = network(codec).encode(mel.narrow(1, 0, 20).unsqueeze(-1));
      assertThat(latent.shape()).containsExactly(2, 10, 8, 3);
      assertThat(Causality.distance(latent, expected)).isZero();
      assertThat(Causality.distance(codec.encode(sound.mul(new Scalar(0.1))), latent))
          .as("level")
          .isLessThan(1e-4);
      Tensor back = codec.decodeSpectrogram(latent);
      assertThat(back.shape()).containsExactly(2, 20, 16);
      assertThat(Causality.distance(back, network(codec).decode(latent).squeeze(-1))).isZero();
    }
    front.close();
  }

  @Test
  void a_latent_is_made_of_the_frames_where_its_layout_says() {
    try (MelCodec codec = plain(SmallCodecs.melPictures(MelChannel.R));
        TensorScope scope = TensorScope.open()) {
      Tensor sound = rng.normal(1, SAMPLES).mul(new Scalar(0.2));
      Tensor mel = codec.spectrogram(sound);
      assertThat(codec.layout().time().boundaries(2)).containsExactly(0, 32, 64);
      for (int n = 2; n < 8; n++) {
        long first = codec.layout().time().boundary(n);
        Tensor changed = sound.clone();
        changed.narrow(1, first, codec.layout().time().boundary(n + 1) - first).zero_();
        Tensor difference = codec.spectrogram(changed).sub(mel).abs().sum(-1).squeeze(0);
        float[] frames = Tensors.toFloats(difference);
        for (int frame = 0; frame < frames.length; frame++) {
          // Half a window, two frames, to each side of the samples.
          if (frame < 2 * n - 1 || frame > 2 * n + 3) {
            assertThat(frames[frame]).as("frame " + frame).isZero();
          } else {
            assertThat(frames[frame]).as("frame " + frame).isPositive();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_autoencoder_of_pictures_sees_three_copies_with_bands_in_rows(MelChannel channel) {
    MelFrontEnd front = new MelFrontEnd(SmallCodecs.PICTURE_FRONT_END);
    try (MelCodec codec = plain(SmallCodecs.melPictures(channel));
        TensorScope scope = TensorScope.open()) {
      AutoencoderKl network = network(codec);
      Tensor sound = rng.normal(2, SAMPLES).mul(new Scalar(0.2));
      Tensor mel = front.logMel(sound);
      assertThat(mel.min().item_float()).isGreaterThanOrEqualTo(0);
      assertThat(mel.max().item_float()).isLessThanOrEqualTo(1);
      assertThat(mel.std().item_float()).isPositive();
      Tensor copy = mel.transpose(1, 2).unsqueeze(-1);
      Tensor picture = torch.cat(new TensorVector(copy, copy, copy), -1);
      assertThat(picture.shape()).containsExactly(2, 16, 20, 3);

      Tensor latent = codec.encode(sound);
      assertThat(latent.shape()).as("time first").containsExactly(2, 10, 8, 3);
      Tensor expected = network.encode(picture);
      assertThat(expected.shape()).containsExactly(2, 8, 10, 3);
      assertThat(Causality.distance(latent, expected.permute(0, 2, 1, 3))).isZero();
      Tensor moved = network.encode(picture.mul(new Scalar(2.0)).sub(new Scalar(1.0)));
      assertThat(Causality.distance(latent, moved.permute(0, 2, 1, 3)))
          .as("moved to [-1, 1]")
          .isGreaterThan(1e-2);

      Tensor decoded = network.decode(expected);
      Tensor back = codec.decodeSpectrogram(latent);
      assertThat(back.shape()).containsExactly(2, 20, 16);
      for (MelChannel other : MelChannel.values()) {
        double error = Causality.distance(back, picked(decoded, other));
        if (other == channel) {
          assertThat(error).isLessThan(1e-6);
        } else {
          assertThat(error).as("channel " + other).isGreaterThan(1e-3);
        }
      }
    }
    front.close();
  }

  /** (B, bands, frames, 3) to (B, frames, bands). */
  private static Tensor picked(Tensor picture, MelChannel channel) {
    Tensor r = picture.select(-1, 0);
    Tensor g = picture.select(-1, 1);
    Tensor b = picture.select(-1, 2);
    Tensor chosen =
        switch (channel) {
          case R -> r;
          case G -> g;
          case B -> b;
          case MEAN -> r.add(g).add(b).div(new Scalar(3.0));
        };
    return chosen.transpose(1, 2);
  }

  @Test
  void a_vocoder_in_the_folder_gives_the_sound() throws IOException {
    try (MelCodec codec = plain(SmallCodecs.MEL)) {
      save(codec);
    }
    HiFiGan vocoder = new HiFiGan(SmallCodecs.VOCODER, rng);
    VocoderFolder.save(
        Files.createDirectory(folder.resolve(MelCodec.VOCODER)),
        vocoder,
        SmallCodecs.FRONT_END,
        ScalarType.Float);
    try (LatentCodec<MelCodec> opened = CodecFolder.load(folder, MelCodec.FORMAT);
        TensorScope scope = TensorScope.open()) {
      MelCodec codec = opened.codec();
      assertThat(codec.modules()).hasSize(2);
      Tensor latent = codec.encode(rng.normal(1, SAMPLES));
      Tensor mel = codec.decodeSpectrogram(latent);
      Tensor sound = vocoder.forward(mel);
      assertThat(Causality.distance(codec.decode(latent, SAMPLES, rng), cut(sound, SAMPLES)))
          .isLessThan(1e-6);
      // What follows the latents is their last frame.
      Tensor last = mel.narrow(1, 19, 1);
      int longer = SAMPLES + 40;
      sound = vocoder.forward(torch.cat(new TensorVector(mel, last.repeat(1, 3, 1)), 1));
      assertThat(Causality.distance(codec.decode(latent, longer, rng), cut(sound, longer)))
          .isLessThan(1e-6);
      assertThat(Causality.distance(codec.sound(mel, longer, rng), cut(sound, longer)))
          .isLessThan(1e-6);
      try (MelCodec without = plain(SmallCodecs.MEL)) {
        assertThat(Causality.distance(without.sound(mel, longer, rng), cut(sound, longer)))
            .as("Griffin and Lim")
            .isGreaterThan(1e-3);
      }
    }
    vocoder.close();
  }

  private static Tensor cut(Tensor sound, int samples) {
    return sound.narrow(1, 0, samples);
  }

  @Test
  void a_vocoder_of_other_spectrograms_or_none_at_all_is_refused() throws IOException {
    try (MelCodec codec = plain(SmallCodecs.MEL)) {
      save(codec);
      Path place = Files.createDirectory(folder.resolve(MelCodec.VOCODER));
      MelFrontEndConfig other =
          SmallCodecs.frontEnd(
              WaveformNormalisation.NONE,
              LogCompression.NATURAL,
              MelFrontEndConfig.Ending.DROP_LAST_FRAME);
      HiFiGan vocoder = new HiFiGan(SmallCodecs.VOCODER, rng);
      VocoderFolder.save(place, vocoder, other, ScalarType.Float);
      vocoder.close();
      refused(
          () -> Codecs.open(folder),
          place + " was trained on other spectrograms than those of the codec");
      CodecFolder.save(
          place, MelCodec.FORMAT, codec, LatentStatistics.identity(3), ScalarType.Float);
      refused(() -> Codecs.open(folder), place + " holds a MelCodec; expected is a HiFiGan");
    }
  }

  @Test
  void without_a_vocoder_first_phases_are_drawn() {
    try (MelCodec codec = plain(SmallCodecs.MEL);
        TensorScope scope = TensorScope.open();
        Rng draws = new Rng(3)) {
      assertThat(codec.modules()).hasSize(1);
      Tensor latent = codec.encode(rng.normal(1, SAMPLES));
      Tensor mel = codec.decodeSpectrogram(latent);
      Tensor held = torch.cat(new TensorVector(mel, mel.narrow(1, 19, 1)), 1);
      Tensor expected = inverted(held, 3);
      assertThat(expected.shape()).containsExactly(1, SAMPLES);
      assertThat(Causality.distance(codec.decode(latent, SAMPLES, draws), expected)).isZero();
    }
  }

  private static Tensor inverted(Tensor mel, long seed) {
    try (MelInverse inverse = new MelInverse(SmallCodecs.FRONT_END, MelInverse.Config.DEFAULT);
        Rng draws = new Rng(seed)) {
      return inverse.sound(mel, draws);
    }
  }

  @Test
  void a_tone_comes_back_from_its_spectrogram_at_its_pitch() {
    try (MelCodec codec = plain(SmallCodecs.MEL);
        TensorScope scope = TensorScope.open()) {
      float[] tone = new float[1600];
      for (int i = 0; i < tone.length; i++) {
        tone[i] = (float) (0.5 * Math.sin(2 * Math.PI * 200 * i / 1600));
      }
      Tensor mel = codec.spectrogram(Tensors.of(tone, 1, tone.length));
      Tensor back = codec.sound(mel, tone.length, rng);
      assertThat(back.shape()).containsExactly(1, tone.length);
      // Of 1600 samples at 1600 Hz, each bin is 1 Hz.
      long pitch = torch.fft_rfft(back).abs().argmax().item_long();
      assertThat(pitch).isBetween(190L, 210L);
    }
  }

  @Test
  void a_sound_that_is_too_short_is_refused() {
    TimeLayout time = MelCodec.FORMAT.layout().apply(SmallCodecs.MEL).time();
    assertThat(time.latents(32)).isEqualTo(1);
    assertThat(time.latents(63)).isEqualTo(1);
    assertThat(time.latents(64)).isEqualTo(2);
    refused(() -> time.latents(31), "a sound of 31 samples is too short");
  }

  @Test
  void parts_that_do_not_fit_are_refused_with_the_rule() {
    AutoencoderKlConfig mono = SmallCodecs.MEL.autoencoder();
    refused(
        () -> new MelCodecConfig(mono, SmallCodecs.FRONT_END, MelChannel.R),
        "autoencoder.signalChannels = 1, must be 3 where 'channel' is given");
    refused(
        () -> new MelCodecConfig(SmallCodecs.PICTURES, SmallCodecs.FRONT_END),
        "autoencoder.signalChannels = 3, must be 1 where 'channel' is absent");
    AutoencoderKlConfig deep =
        new AutoencoderKlConfig(
            1, List.of(4, 4, 4, 4, 4, 4), 1, false, 2, 3, 0, 1, Regularisation.kl(0));
    refused(
        () -> new MelCodecConfig(deep, SmallCodecs.FRONT_END),
        "mel bands = 16 is not divisible by bands per latent = 32");
    refused(() -> new MelCodecConfig(null, SmallCodecs.FRONT_END), "autoencoder is missing");
    refused(() -> new MelCodecConfig(mono, null), "frontEnd is missing");
  }

  @Test
  void the_channel_stands_in_a_file_only_where_there_is_one() throws IOException {
    for (MelCodecConfig config :
        List.of(SmallCodecs.MEL, SmallCodecs.melPictures(MelChannel.MEAN))) {
      String json = Json.MAPPER.writeValueAsString(config);
      assertThat(Json.MAPPER.readTree(json).has("channel")).isEqualTo(config.channel() != null);
      assertThat(Json.MAPPER.readValue(json, MelCodecConfig.class)).isEqualTo(config);
    }
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(KinetoneException.class).hasMessageContaining(message);
  }
}
