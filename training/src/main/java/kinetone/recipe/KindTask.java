package kinetone.recipe;

import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.data.ClipLoader;
import kinetone.data.SceneSource;
import kinetone.feature.kind.KindAugmentation;
import kinetone.feature.kind.KindClassifier;
import kinetone.feature.kind.KindConfig;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.signal.ClipTensors;
import kinetone.spectral.MelFrontEnd;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.train.DataOrder;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Trains one classifier of kinds. */
final class KindTask implements Recipe.RecipeTask {
  private final KindRecipe recipe;
  private final KindClassifier classifier;
  private final Device device;
  private final Optional<MelFrontEnd> front;
  private final DataOrder order;
  private final List<SceneSource> sources = new ArrayList<>();
  private final List<ClipLoader> loaders = new ArrayList<>();
  private final List<SceneSource> others;

  KindTask(KindRecipe recipe, DataConfig.Scenes data, KindClassifier classifier, Device device) {
    this.recipe = recipe;
    this.classifier = classifier;
    this.device = device;
    front =
        recipe.model().input() instanceof KindConfig.Sound sound
            ? Optional.of(new MelFrontEnd(sound.mel()))
            : Optional.empty();
    order = new DataOrder(data.count(), recipe.trainer().seed());
    for (int i = 0; i < recipe.formats().size(); i++) {
      SceneSource source = data.open(recipe.formats().get(i));
      int turn = i;
      sources.add(source);
      loaders.add(new ClipLoader(source, position -> scene(turn, position), 1, 2 * recipe.batch()));
    }
    others = recipe.formats().stream().map(data::openHeldOut).toList();
  }

  /** The scene at {@code position} of those that have the format {@code turn}. */
  private long scene(int turn, long position) {
    return order.index(position * recipe.formats().size() + turn);
  }

  @Override
  public List<Phase> phases() {
    return List.of(new Phase("classifier", classifier, this::loss));
  }

  private Value loss(long step, int microBatch, Rng rng) {
    long micro = step * recipe.trainer().gradientAccumulation() + microBatch;
    int turn = (int) (micro % recipe.formats().size());
    long first = micro / recipe.formats().size() * recipe.batch();
    List<Clip> clips = loaders.get(turn).clips(first, recipe.batch());
    long[] kinds = new long[recipe.batch()];
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = label(sources.get(turn), scene(turn, first + i));
    }
    Tensor input = input(clips, recipe.formats().get(turn), recipe.augmentation(), rng);
    Tensor loss = loss(classifier.forward(input).logits(), kinds);
    return new Value(loss, Map.of("loss", loss));
  }

  /** The place of the scene's word among the logits. */
  private int label(SceneSource source, long scene) {
    return recipe.model().kinds().indexOf(recipe.label().of(source.facts(scene)));
  }

  private Tensor loss(Tensor logits, long... kinds) {
    Tensor labels = Tensors.of(kinds, kinds.length).to(device, ScalarType.Long);
    return cross_entropy_loss(logits, labels);
  }

  private Tensor input(
      List<Clip> clips, ClipFormat format, KindAugmentation augmentation, Rng rng) {
    if (front.isEmpty()) {
      return augmentation.pictures(ClipTensors.unitVideo(clips).to(device, ScalarType.Float), rng);
    }
    Tensor sound = ClipTensors.audio(clips, format.samples()).to(device, ScalarType.Float);
    Tensor heard = front.get().normalise(augmentation.sound(sound, rng));
    return augmentation.spectrograms(front.get().logMel(heard), rng);
  }

  /** Loss and share of scenes that are named wrong: of clean ones, and as in training. */
  @Override
  public Map<String, Double> validate() {
    Map<String, Double> figures = new LinkedHashMap<>();
    // The same noise at every validation.
    try (Rng rng = new Rng(0)) {
      for (int turn = 0; turn < others.size(); turn++) {
        for (int i = 0; i < recipe.heldOut(); i++) {
          validate(turn, i, KindAugmentation.NONE, "", rng, figures);
          validate(turn, i, recipe.augmentation(), "Augmented", rng, figures);
        }
      }
    }
    double count = (double) others.size() * recipe.heldOut();
    figures.replaceAll((name, sum) -> sum / count);
    return figures;
  }

  private void validate(
      int turn,
      long scene,
      KindAugmentation augmentation,
      String name,
      Rng rng,
      Map<String, Double> figures) {
    SceneSource source = others.get(turn);
    int kind = label(source, scene);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      List<Clip> clips = List.of(source.clip(scene));
      Tensor input = input(clips, recipe.formats().get(turn), augmentation, rng);
      Tensor logits = classifier.forward(input).logits();
      boolean wrong = logits.argmax().item_long() != kind;
      figures.merge("loss" + name, (double) loss(logits, kind).item_float(), Double::sum);
      figures.merge("error" + name, wrong ? 1.0 : 0.0, Double::sum);
    }
  }

  @Override
  public void export(Path folder) {
    KindClassifier.FOLDER.save(folder, classifier, ScalarType.Half);
  }

  @Override
  public void close() {
    loaders.forEach(ClipLoader::close);
    front.ifPresent(MelFrontEnd::close);
  }
}
