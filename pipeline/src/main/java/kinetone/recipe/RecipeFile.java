package kinetone.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;

/** Reads recipes from YAML. */
public final class RecipeFile {
  private RecipeFile() {}

  /** Reads a recipe. */
  public static Recipe read(Path file, List<String> overrides) {
    try {
      return Json.YAML.readValue(Files.readString(file), Recipe.class);
    } catch (JsonProcessingException e) {
      throw Json.error(file, e);
    } catch (IOException e) {
      throw KinetoneException.user(e, "cannot read recipe %s", file);
    }
  }
}
