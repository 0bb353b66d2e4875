package kinetone.pipeline;

import java.util.Map;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.TaskMask;
import kinetone.media.Clip;

/**
 * What came out.
 *
 * @param clip what a user wants: generated tracks, beside given ones as they were given
 * @param decoded both tracks as the codecs decode the final latents
 * @param mask which latent positions were generated
 * @param given standardised latents of the input, row-major, for the modalities that had one
 * @param latents standardised latents of the result, row-major
 * @param seed the seed of this result
 * @param seconds it took
 */
public record GenerateResult(
    Clip clip,
    Clip decoded,
    TaskMask mask,
    Map<Modality, float[]> given,
    Map<Modality, float[]> latents,
    long seed,
    double seconds) {}
