/** How the park is looked at: map or diagram, and what its colours mean. */

export type Drawing = 'map' | 'diagram';
export type Colouring = 'green' | 'loading' | 'pu' | 'voltage';
export const DRAWINGS: readonly Drawing[] = ['map', 'diagram'];
export const COLOURINGS: readonly Colouring[] = ['green', 'loading', 'pu', 'voltage'];

/** What of the grid is listed beside the drawing. */
export type Subject = 'voltages' | 'loadings' | 'n1' | 'fault' | 'hosting';
export const SUBJECTS: readonly Subject[] = ['loadings', 'voltages', 'n1', 'fault', 'hosting'];

/** What of the plans is shown. */
export type Planning = 'compare' | 'frontier' | 'wizard';
export const PLANNINGS: readonly Planning[] = ['compare', 'frontier', 'wizard'];

class Looking {
  planning: Planning = $state('compare');
  subject: Subject = $state('loadings');
  drawing: Drawing = $state('map');
  colouring: Colouring = $state('green');

  take(asked: URLSearchParams): void {
    this.drawing = DRAWINGS.find((d) => d === asked.get('draw')) ?? this.drawing;
    this.planning = PLANNINGS.find((p) => p === asked.get('plan')) ?? this.planning;
    this.subject = SUBJECTS.find((s) => s === asked.get('grid')) ?? this.subject;
    this.colouring = COLOURINGS.find((c) => c === asked.get('colour')) ?? this.colouring;
  }

  said(): [string, string | null][] {
    return [
      ['draw', this.drawing === 'map' ? null : this.drawing],
      ['plan', this.planning === 'compare' ? null : this.planning],
      ['grid', this.subject === 'loadings' ? null : this.subject],
      ['colour', this.colouring === 'green' ? null : this.colouring],
    ];
  }
}

export const looking = new Looking();
