/**
 * The thin layer over libtorch (JavaCPP presets): scopes, devices, explicit generators, state dicts
 * and safetensors. Tensors are {@code org.bytedeco.pytorch.Tensor}; there is no second tensor
 * library.
 *
 * <p>Axis letters used in the whole project: B batch, T video time, L audio time, H height, W
 * width, C channels (always last outside codecs), N tokens, D width of the network, S time
 * segments.
 */
package kinetone.tensor;
