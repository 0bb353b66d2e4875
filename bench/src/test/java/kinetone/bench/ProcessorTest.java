package kinetone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessorTest {
  @Test
  void features_that_kernels_choose_by_are_told_of_the_first_processor() {
    Processor processor =
        Processor.of(
            """
            processor\t: 0
            model name\t: Some CPU: 3
            flags\t\t: fpu sse avx2 avx512_bf16 aes

            processor\t: 1
            model name\t: Other
            flags\t\t: fpu amx_bf16
            """);
    assertThat(processor.name()).isEqualTo("Some CPU: 3");
    assertThat(processor.features()).containsExactly("avx2", "avx512_bf16");
  }

  @Test
  void a_system_that_tells_nothing_is_no_error() {
    assertThat(Processor.of("").features()).isEmpty();
    assertThat(Processor.of("").name()).isEqualTo(System.getProperty("os.arch"));
    assertThat(Processor.of("Features\t: fp asimd bf16\n").features())
        .containsExactly("asimd", "bf16");
  }
}
