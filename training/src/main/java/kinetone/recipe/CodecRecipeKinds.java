package kinetone.recipe;

import java.util.Map;

/** What lies between clips and latents: codecs and the vocoder. */
public final class CodecRecipeKinds implements RecipeKinds {
  @Override
  public Map<String, Class<? extends Recipe>> kinds() {
    return Map.of(
        "video-codec", VideoCodecRecipe.class,
        "picture-codec", PictureCodecRecipe.class,
        "audio-codec", AudioCodecRecipe.class,
        "mel-codec", MelCodecRecipe.class,
        "vocoder", VocoderRecipe.class);
  }
}
