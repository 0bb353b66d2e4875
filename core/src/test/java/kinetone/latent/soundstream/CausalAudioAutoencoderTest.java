package kinetone.latent.soundstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.conv1d;
import static org.bytedeco.pytorch.global.torch.conv_transpose1d;

import java.util.List;
import kinetone.latent.Causality;
import kinetone.latent.Gradients;
import kinetone.latent.LatentDistribution;
import kinetone.nn.conv.CausalConv1d;
import kinetone.nn.conv.History;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CausalAudioAutoencoderTest {
  private final Rng rng = new Rng(7);
  private final CausalAudioAutoencoder codec =
      new CausalAudioAutoencoder(CausalAudioConfig.TINY, rng);
  private final TensorScope scope = TensorScope.open();

  @AfterEach
  void close() {
    scope.close();
    rng.close();
  }

  @Test
  void padding_on_the_right_makes_34000_samples_107_latents_and_34240_samples() {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      Tensor latent = codec.encode(rng.normal(2, 34_000));
      assertThat(latent.shape()).containsExactly(2, 107, 32);
      assertThat(codec.decode(latent).shape()).containsExactly(2, 34_240);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 319, 320, 321, 2000, 3199})
  void changing_sample_n_never_changes_latents_before_n_over_320(int n) {
    long first = Causality.firstChange(codec::encode, rng.normal(1, 3200), n);
    assertThat(first).isEqualTo(n / 320);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 9})
  void changing_latent_n_never_changes_samples_before_320_n(int n) {
    long first = Causality.firstChange(codec::decode, rng.normal(1, 10, 32), n);
    assertThat(first).isEqualTo(320L * n);
  }

  @Test
  void the_causality_check_catches_symmetric_padding() {
    Tensor weight = rng.normal(1, 1, 4 * 320 + 1);
    long first =
        Causality.firstChange(
            x ->
                conv1d(
                        x.unsqueeze(1),
                        weight,
                        Tensors.NONE,
                        new long[] {320},
                        new long[] {2 * 320},
                        new long[] {1},
                        1)
                    .transpose(1, 2),
            rng.normal(1, 3200),
            1500);
    assertThat(first).isLessThan(1500 / 320);
  }

  @Test
  void encoding_and_decoding_in_chunks_equals_all_at_once() {
    try (NoGradGuard noGrad = new NoGradGuard();
        History.Stream encoding = History.stream();
        History.Stream decoding = History.stream()) {
      Tensor sound = rng.normal(1, 3200);
      TensorVector latents = new TensorVector();
      TensorVector samples = new TensorVector();
      long at = 0;
      for (long length : new long[] {320, 960, 640, 1280}) {
        Tensor chunk = codec.encodeChunk(sound.narrow(1, at, length), encoding);
        latents.push_back(chunk);
        samples.push_back(codec.decodeChunk(chunk, decoding));
        at += length;
      }
      Tensor whole = codec.encode(sound);
      assertThat(Causality.distance(cat(latents, 1), whole)).isLessThan(1e-5);
      assertThat(Causality.distance(cat(samples, 1), codec.decode(whole))).isLessThan(1e-5);
    }
  }

  @Test
  void gradients_reach_every_parameter() {
    for (CausalAudioConfig config :
        List.of(CausalAudioConfig.TINY, snake(), CausalAudioConfig.paper(4, 16))) {
      CausalAudioAutoencoder net = new CausalAudioAutoencoder(config, rng);
      Tensor signal = rng.normal(1, 3200);
      LatentDistribution posterior = net.distribution(signal);
      Tensor loss = net.decode(posterior.sample(rng)).sub(signal).square().mean();
      Gradients.assertReachEveryParameter(net, loss.add(posterior.penalty(signal.numel())));
    }
  }

  @Test
  void paper_layout_has_1024_channels_at_320_samples_per_latent() {
    CausalAudioAutoencoder net = new CausalAudioAutoencoder(CausalAudioConfig.PAPER, rng);
    try (NoGradGuard noGrad = new NoGradGuard()) {
      Tensor latent = net.encode(rng.normal(1, 960));
      assertThat(latent.shape()).containsExactly(1, 3, 1024);
      assertThat(net.decode(latent).shape()).containsExactly(1, 960);
    }
  }

  @Test
  void tiny_has_at_most_three_million_parameters() {
    assertThat(StateDict.parameterCount(codec)).isLessThanOrEqualTo(3_000_000);
  }

  /** The decoder's step up, against PyTorch's transposed convolution with the same weights. */
  @Test
  void a_convolution_into_time_is_soundstreams_transposed_convolution() {
    int s = 5;
    Tensor x = rng.normal(1, 3, 7);
    Tensor transposed = rng.normal(3, 2, 2L * s);
    Tensor expected =
        conv_transpose1d(
                x,
                transposed,
                Tensors.NONE,
                new long[] {s},
                new long[] {0},
                new long[] {0},
                1,
                new long[] {1})
            .narrow(2, 0, 7L * s);
    CausalConv1d conv = new CausalConv1d(3, s * 2, 2, 1, 1, rng);
    Tensor actual;
    try (NoGradGuard noGrad = new NoGradGuard()) {
      // (in, out, tap, sample) to (sample, out, in, tap); the causal convolution's last tap is now.
      Tensor taps = transposed.view(3, 2, 2, s).flip(2).permute(3, 1, 0, 2);
      conv.weight().copy_(taps.reshape(s * 2L, 3, 1, 2));
      conv.bias().zero_();
      Tensor channels = conv.forward(x.unsqueeze(2), History.none());
      actual = AudioDecoder.channelsToTime(channels, s).squeeze(2);
    }
    assertThat(Causality.distance(actual, expected)).isLessThan(1e-5);
  }

  private static CausalAudioConfig snake() {
    CausalAudioConfig c = CausalAudioConfig.TINY;
    return new CausalAudioConfig(
        c.gain(),
        c.linearPath(),
        c.patch(),
        c.stemKernel(),
        c.encoder(),
        c.decoder(),
        c.strides(),
        c.dilations(),
        c.kernel(),
        c.latentKernel(),
        Activation.Kind.SNAKE,
        c.latentChannels(),
        c.regularisation());
  }
}
