package kinetone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import kinetone.checkpoint.Json;
import kinetone.model.avdit.AdapterAvDiTConfig;
import kinetone.model.avdit.Place;
import kinetone.model.dit.DiTConfig;
import org.junit.jupiter.api.Test;

class AvDitBenchTest {
  private static final AdapterAvDiTConfig TINY =
      new AdapterAvDiTConfig(
          new DiTConfig(2, 16, 2, 2, 4, 4, 3),
          3,
          new AdapterAvDiTConfig.Audio(4, 4, 2, 2),
          new AdapterAvDiTConfig.TemporalAttention(null),
          Map.of(Place.AUDIO_ATTENTION, new AdapterAvDiTConfig.LowRank(2, 2, null)),
          Map.of(Place.JOINT_ATTENTION, new AdapterAvDiTConfig.Adapter(0.5, null)));

  @Test
  void each_kind_of_training_is_measured_in_a_process_of_its_own() {
    AvDitBench.Report report =
        AvDitBench.run(TINY, List.of(AvDitBench.Trained.values()), List.of(true), 2, 2);
    assertThat(report.tokens()).isEqualTo(3 * 4 + 4);
    assertThat(report.training()).hasSize(2);
    AvDitBench.Step parts = report.training().get(0);
    AvDitBench.Step all = report.training().get(1);
    assertThat(all.trainedParameters()).isEqualTo(report.parameters());
    assertThat(all.share()).isEqualTo(1);
    assertThat(parts.trainedParameters()).isPositive().isLessThan(report.parameters() / 2);
    assertThat(parts.share()).isEqualTo((double) parts.trainedParameters() / report.parameters());
    assertThat(parts.peakBytes()).isGreaterThan(1 << 20);
    assertThat(report.pass().seconds()).isPositive();
    assertThat(report.pass().ofSgemm()).isPositive();
  }

  @Test
  void a_job_is_read_as_it_is_written() throws Exception {
    AvDitProbe.Job job = new AvDitProbe.Job(TINY, AvDitBench.Trained.ALL, true, 2, 3);
    assertThat(Json.MAPPER.readValue(Json.MAPPER.writeValueAsString(job), AvDitProbe.Job.class))
        .isEqualTo(job);
  }

  @Test
  void operations_are_those_of_the_parts_there_are() {
    AdapterAvDiTConfig bare =
        new AdapterAvDiTConfig(TINY.base(), 3, TINY.audio(), null, null, null);
    // 16 tokens through two blocks of 12 D², frames of 4 tokens and 4 of sound attending.
    double expected = 2 * 2 * (16 * 12.0 * 256 + 2 * 16 * (12 * 4 + 4 * 4));
    assertThat(bare.forwardFlops()).isEqualTo(expected);
    assertThat(TINY.forwardFlops()).isGreaterThan(1.3 * expected);
  }
}
