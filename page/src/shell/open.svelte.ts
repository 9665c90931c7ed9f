/** What of the frame is open: the note on synthetic data, the list of keys, the choice of an hour. `find` is where one types to find. */
class Open {
  note = $state(false);
  keys = $state(false);
  when = $state(false);
  find: HTMLInputElement | null = $state.raw(null);
}

export const shell = new Open();
