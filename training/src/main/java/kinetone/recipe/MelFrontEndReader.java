package kinetone.recipe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.util.Locale;
import kinetone.common.KinetoneException;
import kinetone.spectral.MelFrontEndConfig;

/** Reads how spectrograms are made: the name of a known way, or all of its options. */
final class MelFrontEndReader extends StdDeserializer<MelFrontEndConfig> {
  private static final long serialVersionUID = 1;

  MelFrontEndReader() {
    super(MelFrontEndConfig.class);
  }

  @Override
  public MelFrontEndConfig deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    if (!parser.hasToken(JsonToken.VALUE_STRING)) {
      return context.readValue(parser, MelFrontEndConfig.class);
    }
    return switch (parser.getText().toUpperCase(Locale.ROOT)) {
      case "AUDIOLDM" -> MelFrontEndConfig.AUDIO_LDM;
      case "DIFF_FOLEY" -> MelFrontEndConfig.DIFF_FOLEY;
      default ->
          throw KinetoneException.user(
              "mel spectrogram '%s' is unknown; use AUDIOLDM, DIFF_FOLEY or options",
              parser.getText());
    };
  }
}
