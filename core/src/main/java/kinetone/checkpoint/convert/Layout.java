package kinetone.checkpoint.convert;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** How a public file holds one tensor of Kinetone: in which of its own, and cut or shaped how. */
public sealed interface Layout {
  /**
   * A tensor of the file.
   *
   * @param shape in the file; −1 allows any size
   */
  record Slot(String name, long[] shape) {}

  /** The tensors of the file, at least one. */
  List<Slot> slots();

  /** Kinetone's tensor from those of {@link #slots}. */
  Tensor join(List<Tensor> parts);

  /** What the file holds for Kinetone's tensor, in the order of {@link #slots}. */
  List<Tensor> split(Tensor tensor);

  /** The same numbers under another name, perhaps with axes of size one more or less. */
  record Renamed(Slot slot, long[] shape) implements Layout {
    /** With the same shape. */
    public Renamed(String name, long[] shape) {
      this(new Slot(name, shape), shape);
    }

    @Override
    public List<Slot> slots() {
      return List.of(slot);
    }

    @Override
    public Tensor join(List<Tensor> parts) {
      return parts.get(0).reshape(shape);
    }

    @Override
    public List<Tensor> split(Tensor tensor) {
      return List.of(tensor.reshape(slot.shape()));
    }
  }

  /** Equal parts of the first axis, a tensor each. */
  record Stacked(List<String> names, long[] shape) implements Layout {
    @Override
    public List<Slot> slots() {
      long[] part = shape.clone();
      part[0] /= names.size();
      return names.stream().map(name -> new Slot(name, part)).toList();
    }

    @Override
    public Tensor join(List<Tensor> parts) {
      return torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 0);
    }

    @Override
    public List<Tensor> split(Tensor tensor) {
      long rows = shape[0] / names.size();
      return LongStream.range(0, names.size())
          .mapToObj(i -> tensor.narrow(0, i * rows, rows))
          .toList();
    }
  }

  /** The same tensor several times over; all copies must agree. */
  record Repeated(List<String> names, long[] shape) implements Layout {
    @Override
    public List<Slot> slots() {
      return names.stream().map(name -> new Slot(name, shape)).toList();
    }

    @Override
    public Tensor join(List<Tensor> parts) {
      for (int i = 1; i < parts.size(); i++) {
        if (!parts.get(i).equal(parts.get(0))) {
          throw KinetoneException.user(
              "%s and %s differ, though the network has one tensor for both",
              names.get(0), names.get(i));
        }
      }
      return parts.get(0);
    }

    @Override
    public List<Tensor> split(Tensor tensor) {
      return Collections.nCopies(names.size(), tensor);
    }
  }

  /**
   * Length and direction apart (Salimans and Kingma 2016, equation 2): w = g v / ‖v‖, with the norm
   * over all axes but the first, as PyTorch's {@code weight_norm} has it by default.
   */
  record WeightNorm(String length, String direction, long[] shape) implements Layout {
    @Override
    public List<Slot> slots() {
      long[] lengths = new long[shape.length];
      Arrays.fill(lengths, 1);
      lengths[0] = shape[0];
      return List.of(new Slot(length, lengths), new Slot(direction, shape));
    }

    @Override
    public Tensor join(List<Tensor> parts) {
      Tensor g = parts.get(0).to(ScalarType.Float);
      Tensor v = parts.get(1).to(ScalarType.Float);
      Tensor norm = torch.norm_except_dim(v, 2, 0);
      return v.mul(g.div(norm));
    }

    @Override
    public List<Tensor> split(Tensor tensor) {
      Tensor w = tensor.to(ScalarType.Float);
      Tensor norm = torch.norm_except_dim(w, 2, 0);
      // A row of zeros has a length but no direction; any will do.
      Tensor zero = norm.eq(new Scalar(0f));
      return List.of(norm, torch.where(zero, new Scalar(1f), w));
    }
  }

  /**
   * As many rows as the network has, whatever the file has: the last one again and again, or those
   * that are too many left out. Nothing is written so.
   */
  record Rows(String name, long[] shape) implements Layout {
    @Override
    public List<Slot> slots() {
      long[] any = shape.clone();
      any[0] = -1;
      return List.of(new Slot(name, any));
    }

    @Override
    public Tensor join(List<Tensor> parts) {
      Tensor given = parts.get(0);
      long rows = given.size(0);
      Check.that(rows > 0, "%s has no rows", name);
      if (rows >= shape[0]) {
        return given.narrow(0, 0, shape[0]);
      }
      long[] more = shape.clone();
      more[0] -= rows;
      return torch.cat(new TensorVector(given, given.narrow(0, rows - 1, 1).expand(more)), 0);
    }

    @Override
    public List<Tensor> split(Tensor tensor) {
      throw KinetoneException.internal("%s is not written in the form it was read in", name);
    }
  }
}
