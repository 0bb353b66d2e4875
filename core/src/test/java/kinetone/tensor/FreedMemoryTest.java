package kinetone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class FreedMemoryTest {
  private static final long MIB = 1 << 20;

  @Test
  void what_the_c_library_keeps_between_living_tensors_goes_back_to_the_system() {
    FreedMemory freed = new FreedMemory();
    freed.giveBack();
    long before = Pointer.physicalBytes();
    List<Tensor> living = new ArrayList<>();
    try (TensorScope scope = TensorScope.open()) {
      // 100 KiB each, 700 MiB in all; one of 64 lives on, so that nothing can be cut off at the
      // end.
      for (int i = 0; i < 7_168; i++) {
        Tensor made = torch.ones(25_600);
        if (i % 64 == 0) {
          living.add(scope.keep(made));
        }
      }
    }
    long kept = Pointer.physicalBytes() - before;
    assumeThat(kept).as("what this system's C library keeps").isGreaterThan(600 * MIB);
    freed.giveBack();
    assertThat(Pointer.physicalBytes() - before).isLessThan(300 * MIB);
    living.forEach(TensorScope::release);
  }
}
