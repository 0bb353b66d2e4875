package kinetone.nn.adaln;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.List;
import kinetone.common.Check;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Which tokens share a condition: the sequence is a row of groups, a group a row of segments of
 * equal length. A picture latent is a group of T segments (frames) of H·W tokens, a sound latent a
 * group of L segments of one token. Scales and shifts are computed once per segment and broadcast
 * over its tokens.
 *
 * @param groups in the order of the tokens
 */
public record Segments(List<Group> groups) {
  /**
   * Segments of equal length.
   *
   * @param segments how many
   * @param tokens tokens in each
   */
  public record Group(int segments, int tokens) {
    /** Checks that the group is not empty. */
    public Group {
      Check.atLeast("segments", segments, 1);
      Check.atLeast("tokens", tokens, 1);
    }
  }

  /** Copies the list. */
  public Segments {
    groups = List.copyOf(groups);
    Check.that(!groups.isEmpty(), "a sequence needs at least one group of segments");
  }

  /** Number of conditions S. */
  public int count() {
    return groups.stream().mapToInt(Group::segments).sum();
  }

  /** Number of tokens N. */
  public int tokens() {
    return groups.stream().mapToInt(g -> g.segments() * g.tokens()).sum();
  }

  /** The tokens (B, N, D) of each group, (B, n, D). */
  public TensorVector splitTokens(Tensor x) {
    return split(x, g -> (long) g.segments() * g.tokens());
  }

  /** The conditions (B, S, D) of each group, (B, s, D). */
  public TensorVector splitConditions(Tensor c) {
    return split(c, Group::segments);
  }

  /** {@code x · (1 + scale) + shift} as (B, N, D), for scale and shift (B, S, D). */
  Tensor modulate(Tensor x, Tensor shift, Tensor scale) {
    TensorVector modulated = new TensorVector(modulateGroups(x, shift, scale));
    return modulated.size() == 1 ? modulated.get(0) : cat(modulated, 1);
  }

  /** As {@link #modulate} but group by group, each (B, n, D): for heads that differ by group. */
  public Tensor[] modulateGroups(Tensor x, Tensor shift, Tensor scale) {
    TensorVector tokens = splitTokens(x);
    TensorVector shifts = splitConditions(shift);
    TensorVector scales = splitConditions(scale);
    Tensor[] result = new Tensor[groups.size()];
    for (int i = 0; i < result.length; i++) {
      Group group = groups.get(i);
      if (group.tokens() == 1) {
        result[i] = AdaLayerNorm.modulate(tokens.get(i), shifts.get(i), scales.get(i));
      } else {
        result[i] =
            AdaLayerNorm.modulate(
                    tokens.get(i).unflatten(1, group.segments(), group.tokens()),
                    shifts.get(i).unsqueeze(2),
                    scales.get(i).unsqueeze(2))
                .flatten(1, 2); // (B, s, n / s, D) to (B, n, D)
      }
    }
    return result;
  }

  private TensorVector split(Tensor x, java.util.function.ToLongFunction<Group> size) {
    return x.split_with_sizes(groups.stream().mapToLong(size).toArray(), 1);
  }
}
