package kinetone.recipe;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DatabindContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.jsontype.impl.TypeIdResolverBase;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import kinetone.common.KinetoneException;

/** Binds {@code kind} to the records of all {@link RecipeKinds} there are. */
final class RecipeKindResolver extends TypeIdResolverBase {
  private final Map<String, Class<? extends Recipe>> kinds = new TreeMap<>();
  private final Map<Class<?>, String> names = new HashMap<>();

  /** Finds the kinds. */
  RecipeKindResolver() {
    for (RecipeKinds family : ServiceLoader.load(RecipeKinds.class)) {
      family
          .kinds()
          .forEach(
              (name, type) -> {
                add(name, type);
                names.put(type, name);
              });
      family.aliases().forEach((alias, name) -> add(alias, family.kinds().get(name)));
    }
  }

  private void add(String name, Class<? extends Recipe> type) {
    if (kinds.putIfAbsent(name, type) != null) {
      throw KinetoneException.internal("two kinds of recipe are called '%s'", name);
    }
  }

  @Override
  public String idFromValue(Object value) {
    return idFromValueAndType(value, value.getClass());
  }

  @Override
  public String idFromValueAndType(Object value, Class<?> type) {
    String name = names.get(type);
    if (name == null) {
      throw KinetoneException.internal("%s is listed by no RecipeKinds", type.getName());
    }
    return name;
  }

  /** The record of a kind; null, for which Jackson lists the known ones, when it is unknown. */
  @Override
  public JavaType typeFromId(DatabindContext context, String kind) {
    Class<? extends Recipe> type = kinds.get(kind);
    return type == null ? null : context.constructType(type);
  }

  @Override
  public String getDescForKnownTypeIds() {
    return String.join(", ", kinds.keySet());
  }

  @Override
  public JsonTypeInfo.Id getMechanism() {
    return JsonTypeInfo.Id.CUSTOM;
  }
}
