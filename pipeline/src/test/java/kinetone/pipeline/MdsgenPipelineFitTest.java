package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.function.Consumer;
import kinetone.common.KinetoneException;
import kinetone.latent.kl.MelChannel;
import kinetone.spectral.LogCompression;
import kinetone.testkit.TinyMdsgen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MdsgenPipelineFitTest {
  @TempDir Path folder;

  @Test
  void parts_of_different_models_are_refused() {
    refused(
        "vocoder was trained on other spectrograms",
        changed ->
            TinyMdsgen.writeVocoder(
                changed,
                TinyMdsgen.frontEnd(
                    8000, 16, new LogCompression(LogCompression.Base.TEN, 1e-5, 1, 0, false))));
    refused(
        "the denoiser wants 6 features for each of 9 frames, the features are 5",
        changed -> TinyMdsgen.writeFeatures(changed, 5));
    refused(
        "the codec has 5 latent channels, the denoiser 4",
        changed -> TinyMdsgen.writeCodec(changed, 1, 5));
    refused(
        "the alignment classifier is for latents of 4 channels and 5 features",
        changed -> TinyMdsgen.writeClassifier(changed, 5));
    refused(
        "model_index.json has no 'spectrogram'", changed -> TinyMdsgen.writeIndex(changed, null));
    refused(
        "the spectrograms are of sound at 16000 Hz, the clips have 8000 Hz",
        changed -> mute(changed, 16000, 16));
    refused(
        "the latents stand for 16 bands, the spectrograms have 20",
        changed -> mute(changed, 8000, 20));
    refused(
        "the codec is one of pictures with 3 channels",
        changed -> TinyMdsgen.writeCodec(changed, 3, TinyMdsgen.CHANNELS));
    refused(
        "need an autoencoder of 3 channels",
        changed ->
            TinyMdsgen.writeIndex(changed, new Spectrogram(TinyMdsgen.FRONT_END, MelChannel.G)));
    refused(
        "asks for guidance by an alignment classifier",
        changed ->
            TinyMdsgen.writeIndex(
                TinyMdsgen.without(changed, ModelIndex.ALIGN),
                new Spectrogram(TinyMdsgen.FRONT_END, null),
                50));
    refused("is not a model component", changed -> TinyMdsgen.without(changed, ModelIndex.CAVP));
  }

  /** Without a vocoder, which would be refused before. */
  private static void mute(Path model, int sampleRate, int bands) {
    TinyMdsgen.without(model, ModelIndex.VOCODER);
    TinyMdsgen.writeIndex(
        model,
        new Spectrogram(TinyMdsgen.frontEnd(sampleRate, bands, LogCompression.NATURAL), null));
  }

  private void refused(String message, Consumer<Path> change) {
    TinyMdsgen.write(folder);
    change.accept(folder);
    assertThatThrownBy(() -> Kinetone.load(folder, Kinetone.Options.CPU))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
