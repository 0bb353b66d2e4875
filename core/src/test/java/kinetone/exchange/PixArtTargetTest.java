package kinetone.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.KinetoneException;
import kinetone.model.stdit.StDit3;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A picture model, whose file PixArt's code wrote ({@code goldens/stdit3.py}), starts a STDiT3. */
class PixArtTargetTest {
  private final Exchange exchange = new Exchange(false, (done, total) -> {});

  @TempDir Path folder;
  private Checkpoints checkpoints;
  private TensorScope scope;

  @BeforeEach
  void open() {
    checkpoints = new Checkpoints(folder, exchange);
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private Map<String, Tensor> imported(Map<String, Tensor> theirs, String name) {
    exchange.importWeights(
        checkpoints.written(List.of("state_dict"), "", theirs),
        ImportTargets.named("pixart-xl-2"),
        checkpoints.json(NarrowConfigs.STDIT),
        folder.resolve(name));
    return Checkpoints.stored(folder.resolve(name));
  }

  @Test
  void its_blocks_become_those_of_pictures_and_its_null_caption_gets_as_long_as_open_soras() {
    Golden golden = Golden.read("stdit3", "pixart");
    Map<String, Tensor> theirs = golden.weights();
    Map<String, Tensor> ours = imported(theirs, "start");
    theirs.remove("pos_embed");
    Tensor shorter = theirs.remove("y_embedder.y_embedding");
    assertThat(shorter.size(0)).isEqualTo(4);
    assertThat(ours.get("y_embedder.y_embedding").equal(golden.get("lengthened"))).isTrue();
    theirs.forEach(
        (name, t) ->
            assertThat(ours.get(name.replace("blocks.", "spatial_blocks.")).equal(t))
                .as(name)
                .isTrue());
    assertThat(ComponentFolder.type(folder.resolve("start"))).isEqualTo(StDit3.TYPE);
    ComponentFolder.load(folder.resolve("start"), new StDit3(NarrowConfigs.STDIT, Rng.none()));
  }

  @Test
  void what_a_picture_model_lacks_is_as_in_a_fresh_network_and_always_the_same() {
    Map<String, Tensor> theirs = Golden.read("stdit3", "pixart").weights();
    Map<String, Tensor> ours = imported(theirs, "first");
    Map<String, Tensor> again = imported(theirs, "second");
    Map<String, Tensor> fresh = StateDict.of(new StDit3(NarrowConfigs.STDIT, new Rng(3)));
    assertThat(ours).containsOnlyKeys(fresh.keySet());
    int lacked = 0;
    for (Map.Entry<String, Tensor> tensor : fresh.entrySet()) {
      String name = tensor.getKey();
      assertThat(again.get(name).equal(ours.get(name))).as(name).isTrue();
      if (theirs.containsKey(name.replace("spatial_blocks.", "blocks."))) {
        continue;
      }
      lacked++;
      double deviation = deviation(tensor.getValue());
      assertThat(deviation(ours.get(name))).as(name).isCloseTo(deviation, within(deviation / 4));
      if (deviation == 0) {
        assertThat(ours.get(name).equal(tensor.getValue())).as(name).isTrue();
      }
    }
    assertThat(lacked).isEqualTo(2 + 4 + 17);
  }

  private static double deviation(Tensor tensor) {
    return tensor.std(false).item_double();
  }

  @Test
  void a_null_caption_that_is_too_long_is_cut_and_a_wrong_name_is_named() throws IOException {
    Map<String, Tensor> theirs = Golden.read("stdit3", "pixart").weights();
    try (Rng rng = new Rng(2)) {
      Tensor longer = rng.normal(9, 10);
      theirs.put("y_embedder.y_embedding", longer);
      Tensor kept = imported(theirs, "cut").get("y_embedder.y_embedding");
      assertThat(kept.equal(longer.narrow(0, 0, 7))).isTrue();
      theirs.put("y_embedder.y_embedding", rng.normal(4, 11));
      refused(theirs, "y_embedder.y_embedding has shape [4, 11], expected [-1, 10]");
      theirs.put("y_embedder.y_embedding", rng.normal(0, 10));
      refused(theirs, "y_embedder.y_embedding has no rows");
      theirs.put("y_embedder.y_embedding", longer);
      theirs.put("blocks.0.attn.q_norm.weight", Tensors.of(new float[12], 12));
      refused(theirs, "unexpected blocks.0.attn.q_norm.weight");
    }
  }

  private void refused(Map<String, Tensor> theirs, String message) {
    assertThatThrownBy(() -> imported(theirs, "no"))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message);
    assertThat(folder.resolve("no")).doesNotExist();
  }

  @Test
  void rotary_frequencies_of_another_base_are_refused() {
    Map<String, Tensor> theirs = Golden.read("stdit3", "public").weights();
    theirs.put("rope.freqs", theirs.get("rope.freqs").sqrt());
    TargetCase stdit = TargetCase.named("stdit3-xl-2");
    assertThatThrownBy(() -> checkpoints.imported(stdit, checkpoints.written(stdit, theirs), "no"))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("rope.freqs holds other numbers than the network computes");
  }
}
