/**
 * Model folders in the Hugging Face manner: a JSON configuration and safetensors weights per
 * component.
 */
package kinetone.checkpoint;
