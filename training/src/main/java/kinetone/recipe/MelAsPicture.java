package kinetone.recipe;

import kinetone.latent.kl.MelChannel;
import kinetone.latent.loss.Discriminator;
import kinetone.latent.loss.FeatureExtractor;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Shows spectrograms (B, frames, bands, 1) to networks made for clips of pictures: (x − mean) /
 * deviation, three copies as colours, a clip of one picture.
 */
record MelAsPicture(double mean, double deviation) {
  Tensor of(Tensor mel) {
    Tensor seen = mel.sub(new Scalar(mean)).div(new Scalar(deviation));
    return MelChannel.copied(seen).unsqueeze(1);
  }

  /** Features of the spectrogram as {@code pictures} sees it. */
  FeatureExtractor features(FeatureExtractor pictures) {
    return mel -> pictures.features(of(mel));
  }

  /** {@code pictures} as a discriminator of spectrograms. */
  Discriminator discriminator(Discriminator pictures) {
    return new Discriminator() {
      @Override
      public Module module() {
        return pictures.module();
      }

      @Override
      public Output discriminate(Tensor signal) {
        return pictures.discriminate(of(signal));
      }
    };
  }
}
