/** How the park is looked at: map or diagram, and what its colours mean. */

export type Drawing = 'map' | 'diagram';
export type Colouring = 'green' | 'loading' | 'voltage';
export const DRAWINGS: readonly Drawing[] = ['map', 'diagram'];
export const COLOURINGS: readonly Colouring[] = ['green', 'loading', 'voltage'];

class Looking {
  drawing: Drawing = $state('map');
  colouring: Colouring = $state('green');

  take(asked: URLSearchParams): void {
    this.drawing = DRAWINGS.find((d) => d === asked.get('draw')) ?? this.drawing;
    this.colouring = COLOURINGS.find((c) => c === asked.get('colour')) ?? this.colouring;
  }

  said(): [string, string | null][] {
    return [
      ['draw', this.drawing === 'map' ? null : this.drawing],
      ['colour', this.colouring === 'green' ? null : this.colouring],
    ];
  }
}

export const looking = new Looking();
