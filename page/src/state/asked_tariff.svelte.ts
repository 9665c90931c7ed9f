/** What is asked of the tariffs in the money view's what-if: it stands in the address, so that it can be sent. */

export const ASKED = [
  'peak_factor',
  'valley_factor',
  'transmission_change_per_mwh',
  'demand_charge_per_mw_month',
  'green_price_per_mwh',
  'green_premium_per_mwh',
] as const;
export type Asked = (typeof ASKED)[number];

class AskedTariff {
  /** In the units of the API; what is not there stays as each tariff has it. */
  values: Partial<Record<Asked, number>> = $state.raw({});

  get any(): boolean {
    return Object.keys(this.values).length > 0;
  }

  set(name: Asked, value: number): void {
    this.values = { ...this.values, [name]: value };
  }

  clear(): void {
    this.values = {};
  }

  /** As the address and the API have it: `peak_factor=1.8&…`. */
  get said(): string {
    return ASKED.flatMap((name) => (this.values[name] === undefined ? [] : `${name}=${this.values[name]}`)).join('&');
  }

  take(text: string | null): void {
    const found = new URLSearchParams(text ?? '');
    const values: Partial<Record<Asked, number>> = {};
    for (const name of ASKED) {
      const value = Number.parseFloat(found.get(name) ?? '');
      if (Number.isFinite(value)) values[name] = value;
    }
    this.values = values;
  }
}

export const askedTariff = new AskedTariff();
