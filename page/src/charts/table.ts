/** What a chart shows, as a table: for those who do not see it, and for those who want the figures. */

export type Cell = string | number | null;

export interface TableOf {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/** The table as text for a spreadsheet (RFC 4180), figures with a point and without blanks. */
export function csvOf({ columns, rows }: TableOf): string {
  const written = (cell: Cell): string => {
    if (cell === null) return '';
    if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
    const safe = /^[=+\-@\t]/.test(cell) ? `'${cell}` : cell; // a spreadsheet must not take a name for a formula
    return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };
  return [columns, ...rows].map((row) => row.map(written).join(',')).join('\r\n') + '\r\n';
}

export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
