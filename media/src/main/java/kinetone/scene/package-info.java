/**
 * Sounding scenes: a procedural, endless source of clips in which what is heard follows from what
 * is seen, with the truth about both. {@link kinetone.scene.SceneGenerator} is the door; a scene is
 * made of {@link kinetone.scene.Actor}s, each of which draws itself at any instant and sounds over
 * the whole clip, so that size, frame rate and sample rate are arguments and nothing else.
 *
 * <p>Inside a scene, places are measured in the <em>stage square</em>: the centred square as wide
 * as the picture's shorter side, x to the right and y downwards, both from 0 to 1. Backgrounds
 * extend beyond it. Truth is told in coordinates of the whole picture, see {@link
 * kinetone.scene.Truth}.
 *
 * <p>What words can say is in {@link kinetone.scene.Facts}; {@link kinetone.scene.Captions} says it
 * in many ways, true by construction.
 */
package kinetone.scene;
