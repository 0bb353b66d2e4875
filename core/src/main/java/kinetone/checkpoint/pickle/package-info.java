/**
 * PyTorch's checkpoint files ({@code .pt}, {@code .pth}, {@code .ckpt}), tensors only. A pickle is
 * a program; the interpreter here knows the instructions and the few names that checkpoints of
 * tensors need, and refuses every other; of TorchScript's programs it reads the tensors of modules.
 * Nothing that a file names is ever looked up or run.
 */
package kinetone.checkpoint.pickle;
