package kinetone.server.wall;

/** Where files of people one does not know are worked on. */
public interface MediaWall extends AutoCloseable {
  /**
   * Does {@code task}.
   *
   * @throws kinetone.common.KinetoneException when the file is refused, damaged or beyond a bound,
   *     or what worked on it had to be ended; the server goes on
   */
  MediaAnswer run(MediaTask task);

  /** Without a wall: in this process, for files one trusts. */
  static MediaWall none() {
    return new MediaWall() {
      @Override
      public MediaAnswer run(MediaTask task) {
        return MediaTasks.run(task);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  void close();
}
