package kinetone.release;

import java.util.List;

/** Every published model that can be imported whole; a new one gets a line here. */
public final class Releases {
  /** In the order in which people see them. */
  public static final List<Release> ALL = List.of(MdsgenRelease.PUBLISHED);

  private Releases() {}
}
