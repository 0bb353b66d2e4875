package kinetone.recipe;

import kinetone.spectral.MelFrontEndConfig;

/** The spectrograms a mel codec can be trained on. */
public enum MelFront {
  /** AudioLDM's, 64 bands at 16 kHz: {@link MelFrontEndConfig#AUDIO_LDM}. */
  AUDIOLDM;

  /** How it is made from sound. */
  public MelFrontEndConfig config() {
    return switch (this) {
      case AUDIOLDM -> MelFrontEndConfig.AUDIO_LDM;
    };
  }
}
