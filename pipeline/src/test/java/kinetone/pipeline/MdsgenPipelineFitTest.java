package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.KinetoneException;
import kinetone.feature.align.AlignmentConfig;
import kinetone.spectral.LogCompression;
import kinetone.testkit.TinyMdsgen;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MdsgenPipelineFitTest {
  private static final LogCompression OTHER =
      new LogCompression(LogCompression.Base.TEN, 1e-5, 1, 0, false);

  @TempDir Path folder;

  @Test
  void parts_of_different_models_are_refused() {
    refused(
        "vocoder was trained on other spectrograms",
        changed -> TinyMdsgen.writeVocoder(changed, TinyMdsgen.frontEnd(8000, 16, OTHER)));
    refused(
        "the denoiser wants 6 features for each of 9 frames, the features are 5",
        changed -> TinyMdsgen.writeFeatures(changed, 5));
    refused(
        "the codec has 5 latent channels, the denoiser 4",
        changed -> TinyMdsgen.writeCodec(changed, TinyMdsgen.FRONT_END, 5));
    refused(
        "the alignment classifier is for latents of 4 channels and 5 features",
        changed -> TinyMdsgen.writeClassifier(changed, 5));
    refused(
        "the alignment classifier was trained on 8 frames with 40 sound latents, the denoiser would"
            + " use it on 9 with 45",
        changed ->
            TinyMdsgen.writeClassifier(
                changed, TinyMdsgen.FEATURES, new AlignmentConfig.Shape(8, 40)));
    refused(
        "was trained on pairs of unknown shape",
        changed -> TinyMdsgen.writeClassifier(changed, TinyMdsgen.FEATURES, null));
    refused(
        "the spectrograms are of sound at 16000 Hz, the clips have 8000 Hz",
        changed -> mute(changed, 16000, 16));
    refused(
        "the codec makes 45 x 5 latents (time x frequency) of a clip's sound, the denoiser wants"
            + " 45 x 4",
        changed -> mute(changed, 8000, 20));
    refused(
        "the sound codec is none of spectrograms",
        changed -> TinyModel.writeAudioCodec(changed, 4));
    refused(
        "holds a CausalVideoAutoencoder; expected is a codec of sound",
        changed -> {
          TinyModel.writeVideoCodec(changed, 4);
          TinyMdsgen.without(changed, "audio_codec");
          ComponentFolder.copy(changed.resolve("video_codec"), changed.resolve("audio_codec"));
        });
    refused(
        "asks for guidance by an alignment classifier",
        changed -> TinyMdsgen.writeIndex(TinyMdsgen.without(changed, "align"), 50));
    refused("is not a model component", changed -> TinyMdsgen.without(changed, "cavp"));
  }

  @Test
  void a_codec_of_spectrograms_hears_one_channel_or_one_of_three() {
    // A contradiction within the codec itself, which can only be made by hand.
    refused(
        "signalChannels = 1, must be 3 where 'channel' is given",
        changed ->
            replace(
                changed.resolve("audio_codec/config.json"),
                "\"autoencoder\" :",
                "\"channel\" : \"G\", \"autoencoder\" :"));
  }

  private static void replace(Path file, String what, String by) {
    try {
      String text = Files.readString(file);
      assertThat(text).contains(what);
      Files.writeString(file, text.replace(what, by));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without a vocoder, which would be refused before. */
  private static void mute(Path model, int sampleRate, int bands) {
    TinyMdsgen.without(model, TinyMdsgen.VOCODER);
    TinyMdsgen.writeCodec(
        model, TinyMdsgen.frontEnd(sampleRate, bands, LogCompression.NATURAL), TinyMdsgen.CHANNELS);
  }

  private void refused(String message, Consumer<Path> change) {
    TinyMdsgen.write(folder);
    change.accept(folder);
    assertThatThrownBy(() -> Kinetone.load(folder, Kinetone.Options.CPU))
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER))
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
