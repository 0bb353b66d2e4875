/** Generation with AVDiT and a Mixture of Noise Levels (Kim et al. 2024). */
package kinetone.system.monl;
