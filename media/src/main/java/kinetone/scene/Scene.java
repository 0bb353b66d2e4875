package kinetone.scene;

import kinetone.media.Clip;

/**
 * A clip and the truth about it.
 *
 * @param clip pictures and mono sound
 * @param truth kind, events, places and caption
 */
public record Scene(Clip clip, Truth truth) {}
