/** A colour for each kind of charge: the same in every chart; green only where it is the charge for green energy. */
const TONES: Record<string, string> = {
  energy: 'm-energy', tier: 'm-tier', green_energy: 'm-green', own_energy: 'm-own', green_premium: 'm-premium',
  transmission: 'm-network', line_loss: 'm-loss', network_loss: 'm-loss', demand: 'm-demand', capacity: 'm-capacity',
  system_fee: 'm-system', levies: 'm-funds', power_factor: 'm-factor', export: 'export',
};

export function toneOf(kind: string): string {
  return TONES[kind] ?? 'none';
}
