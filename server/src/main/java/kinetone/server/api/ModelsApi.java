package kinetone.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import kinetone.checkpoint.Json;
import kinetone.common.Printable;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.Option;
import kinetone.pipeline.TaskKind;
import kinetone.server.work.ModelCatalog;

/** {@code /v1/models}. */
public final class ModelsApi {
  private final ModelCatalog catalog;

  /** Of these models. */
  public ModelsApi(ModelCatalog catalog) {
    this.catalog = catalog;
  }

  /** Adds the addresses. */
  public void addTo(RoutesConfig routes) {
    routes.get(
        "/v1/models",
        context -> {
          ObjectNode list = Json.MAPPER.createObjectNode();
          list.put("object", "list");
          ArrayNode data = list.putArray("data");
          catalog.all().forEach(model -> data.add(answer(model)));
          Answers.json(context, list);
        });
    routes.get(
        "/v1/models/{model}",
        context -> {
          String name = context.pathParam("model");
          Answers.json(
              context,
              answer(
                  catalog
                      .find(name)
                      .orElseThrow(
                          () -> ApiException.notFound("there is no model " + Printable.of(name)))));
        });
  }

  private static ObjectNode answer(ModelCatalog.Entry model) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("id", model.name());
    node.put("object", "model");
    node.put("created", model.created());
    node.put("owned_by", "kinetone");
    node.put("description", model.index().description());
    node.put("system", model.system().name());
    ArrayNode tasks = node.putArray("tasks");
    model.system().tasks().stream()
        .filter(task -> task != TaskKind.SEGMENTS)
        .sorted()
        .forEach(task -> tasks.add(task.label()));
    node.set("format", Json.MAPPER.valueToTree(model.index().format()));
    node.set("defaults", model.index().defaults().write());
    node.put("hears_words", model.system().allOptions().contains(CommonOptions.PROMPT));
    ArrayNode options = node.putArray("options");
    for (Option<?> option : model.system().allOptions()) {
      ObjectNode one = options.addObject();
      one.put("name", option.name());
      one.put("values", option.values());
      one.put("help", option.help());
    }
    return node;
  }
}
