package kinetone.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * One clip, or two side by side, about which everything is asked.
 *
 * @param id under which it is known on the page
 * @param content what the clips of all sets were made for
 * @param sets whose clip it is; two for a pair
 * @param media names of the files beside the page, in the same order
 * @param anchor what the clip, of a pair the second, was turned into; null for clips as they are
 */
record Trial(
    String id,
    String content,
    List<String> sets,
    List<String> media,
    @JsonInclude(JsonInclude.Include.NON_NULL) Anchor anchor) {
  boolean isPair() {
    return sets.size() == 2;
  }
}
