/**
 * The training loop and what it needs. A training is
 *
 * <pre>
 *   TrainerConfig config = ConfigLoader.load(yaml, overrides, TrainerConfig.class);
 *   RunDirectory run = RunDirectory.open(folder);
 *   run.writeConfig(config);
 *   try (TrainingTask task = ...) {
 *     Trainer.run(task, config, run, listener);
 *   }
 *   Map&lt;String, Tensor&gt; weights = Checkpoint.weights(run.latest().orElseThrow(), "net", true);
 * </pre>
 *
 * The same lines resume it. What a step draws and sees depends only on the seed, the step and the
 * checkpoint, so a resumed run equals an uninterrupted one bit for bit.
 */
package kinetone.train;
