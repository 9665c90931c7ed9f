/** What of the frame is open: the note on synthetic data, the list of keys. `find` is where one types to find. */
class Open {
  note = $state(false);
  keys = $state(false);
  find: HTMLInputElement | null = $state.raw(null);
}

export const shell = new Open();
