package kinetone.recipe;

import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;
import static org.bytedeco.pytorch.global.torch.matmul;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import kinetone.recipe.CaptionLearner.Fact;
import kinetone.scene.Captions;
import kinetone.scene.Captions.Telling;
import kinetone.scene.ColourName;
import kinetone.scene.Combinations;
import kinetone.scene.Facts;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneKind;
import kinetone.scene.Thing;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.text.EncodedText;
import kinetone.text.TextEncoder;
import kinetone.text.Vocabulary;
import kinetone.train.DataOrder;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Trains one encoder of captions. */
final class TextTask implements Recipe.RecipeTask {
  /** What libtorch leaves out of a loss. */
  private static final long UNKNOWN = -100;

  private static final List<SceneKind> KINDS = List.of(SceneKind.values());
  private static final List<ColourName> COLOURS = List.of(ColourName.values());

  private static final int VALIDATED_AT_ONCE = 64;

  private final TextRecipe recipe;
  private final DataConfig.Scenes data;
  private final byte[] pieces;
  private final Vocabulary vocabulary;
  private final CaptionLearner learner;
  private final Device device;
  private final DataOrder order;

  TextTask(
      TextRecipe recipe,
      DataConfig.Scenes data,
      byte[] pieces,
      CaptionLearner learner,
      Device device) {
    this.recipe = recipe;
    this.data = data;
    this.pieces = pieces;
    this.learner = learner;
    this.device = device;
    vocabulary = Vocabulary.of(pieces);
    order = new DataOrder(data.count(), recipe.trainer().seed());
  }

  /** What is told of a scene, and how much of it. */
  private record Told(Facts facts, Telling telling) {
    /** Equal where captions may be equal. */
    Object key() {
      return List.of(facts, telling);
    }

    /** The number of the class of a fact, {@link #UNKNOWN} where captions may leave it open. */
    long answer(Fact fact) {
      return switch (fact) {
        case KIND -> KINDS.indexOf(facts.kind());
        case COLOUR -> colour(thing(0));
        case OTHER_COLOUR -> colour(thing(1));
        case COUNT -> count(thing(0));
        case OTHER_COUNT -> count(thing(1));
      };
    }

    private Thing thing(int at) {
      return at < facts.things().size() ? facts.things().get(at) : null;
    }

    private long colour(Thing thing) {
      if (thing == null || !telling.colours()) {
        return 0;
      }
      var distinct = thing.colours().stream().distinct().toList();
      return distinct.isEmpty()
          ? 0
          : distinct.size() > 1 ? UNKNOWN : 1 + COLOURS.indexOf(distinct.get(0));
    }

    private long count(Thing thing) {
      boolean said = thing != null && telling.counts();
      return said ? Math.min(thing.count(), Fact.COUNT.classes() - 1) : 0;
    }
  }

  @Override
  public List<Phase> phases() {
    return List.of(new Phase("text", learner, this::loss));
  }

  private Value loss(long step, int microBatch, Rng rng) {
    long micro = step * recipe.trainer().gradientAccumulation() + microBatch;
    SceneGenerator scenes = recipe.scenes((int) (micro % recipe.seconds().size()), data.seed());
    List<Told> told = new ArrayList<>();
    List<String> captions = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (int i = 0; i < recipe.batch(); i++) {
      long position = micro * recipe.batch() + i;
      var random = new SplittableRandom(recipe.trainer().seed() * 0x9e3779b97f4a7c15L + position);
      Facts facts = scenes.facts(data.combinations().number(scenes, order.index(position)));
      Telling telling = Telling.draw(random);
      told.add(new Told(facts, telling));
      captions.add(Captions.draw(facts, telling, random));
      others.add(Captions.draw(facts, telling, random));
    }
    captions.addAll(others);
    EncodedText encoded = encode(captions);
    Tensor contrast = contrast(learner.compared(mean(encoded)), told);
    Tensor facts = facts(encoded, told);
    Tensor total = facts.add(contrast.mul(new Scalar(recipe.contrastWeight())));
    return new Value(total, Map.of("loss", total, "facts", facts, "contrast", contrast));
  }

  private EncodedText encode(List<String> captions) {
    List<int[]> ids =
        captions.stream()
            .map(recipe.cleaning()::clean)
            .map(caption -> vocabulary.pieces(caption, recipe.maxTokens()))
            .toList();
    return TextEncoder.encode(learner.encoder(), ids, device);
  }

  /** The mean of each caption's tokens, (B, D). */
  private static Tensor mean(EncodedText encoded) {
    Tensor count = encoded.mask().to(ScalarType.Float).sum(1).unsqueeze(1);
    return encoded.embedding().sum(1).div(count);
  }

  /** Sum over facts of the cross entropies of what is read from two wordings each. */
  private Tensor facts(EncodedText encoded, List<Told> told) {
    Tensor sum = null;
    for (var fact : Fact.values()) {
      Tensor loss = cross_entropy_loss(learner.read(fact, encoded), answers(fact, told, 2));
      sum = sum == null ? loss : sum.add(loss);
    }
    return sum;
  }

  private Tensor answers(Fact fact, List<Told> told, int times) {
    long[] answers = new long[times * told.size()];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = told.get(i % told.size()).answer(fact);
    }
    return Tensors.of(answers, answers.length).to(device, ScalarType.Long);
  }

  /**
   * Which of the other half's captions tells of the same scene (van den Oord et al. 2018), both
   * ways; others that may be worded alike are no choice.
   */
  private Tensor contrast(Tensor compared, List<Told> told) {
    Tensor unit =
        compared.div(
            compared
                .square()
                .sum(new long[] {-1}, true, new ScalarTypeOptional())
                .add(new Scalar(1e-8))
                .sqrt());
    int n = told.size();
    Tensor similar =
        matmul(unit.narrow(0, 0, n), unit.narrow(0, n, n).t())
            .div(new Scalar(recipe.temperature()));
    long[] alike = new long[n * n];
    long[] own = new long[n];
    for (int i = 0; i < n; i++) {
      own[i] = i;
      for (int j = 0; j < n; j++) {
        alike[i * n + j] = i != j && told.get(i).key().equals(told.get(j).key()) ? 1 : 0;
      }
    }
    Tensor choice =
        similar.masked_fill(
            Tensors.of(alike, n, n).to(device, ScalarType.Bool),
            new Scalar(Double.NEGATIVE_INFINITY));
    Tensor target = Tensors.of(own, n).to(device, ScalarType.Long);
    return cross_entropy_loss(choice, target)
        .add(cross_entropy_loss(choice.t(), target))
        .mul(new Scalar(0.5));
  }

  /** Shares of captions of other scenes whose facts are read wrong; held-out combinations apart. */
  @Override
  public Map<String, Double> validate() {
    Map<String, Double> figures = new LinkedHashMap<>();
    validate(data.combinations(), "", figures);
    validate(Combinations.HELD_OUT, "HeldOut", figures);
    return figures;
  }

  private void validate(Combinations combinations, String name, Map<String, Double> figures) {
    var random = new SplittableRandom(1);
    Map<Fact, long[]> wrongOf = new LinkedHashMap<>();
    for (int first = 0; first < recipe.heldOut(); first += VALIDATED_AT_ONCE) {
      List<Told> told = new ArrayList<>();
      List<String> captions = new ArrayList<>();
      SceneGenerator scenes = recipe.scenes(first / VALIDATED_AT_ONCE, data.seed() + 1);
      for (int i = first; i < Math.min(recipe.heldOut(), first + VALIDATED_AT_ONCE); i++) {
        told.add(new Told(scenes.facts(combinations.number(scenes, i)), Telling.ALL));
        captions.add(Captions.draw(told.get(told.size() - 1).facts(), Telling.ALL, random));
      }
      try (TensorScope scope = TensorScope.open();
          NoGradGuard noGrad = new NoGradGuard()) {
        EncodedText encoded = encode(captions);
        for (var fact : Fact.values()) {
          long[] read =
              Tensors.toLongs(learner.read(fact, encoded).argmax(new LongOptional(1), false));
          long[] wrong = wrongOf.computeIfAbsent(fact, f -> new long[2]);
          for (int i = 0; i < read.length; i++) {
            long answer = told.get(i).answer(fact);
            wrong[0] += answer != UNKNOWN && answer != read[i] ? 1 : 0;
            wrong[1] += answer != UNKNOWN ? 1 : 0;
          }
        }
      }
    }
    wrongOf.forEach(
        (fact, wrong) ->
            figures.put("error" + fact.label() + name, (double) wrong[0] / Math.max(1, wrong[1])));
  }

  @Override
  public void export(Path folder) {
    TextEncoder.save(
        folder, learner.encoder(), recipe.maxTokens(), recipe.cleaning(), pieces, ScalarType.Half);
  }

  @Override
  public void close() {
    vocabulary.close();
  }
}
