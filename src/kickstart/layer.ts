import type { ReadKickstart } from '../definition/types.ts';
import type { Place } from '../errors.ts';
import type { InterpretOptions } from './apply/command.ts';
import { loadKickstart, type ReadText } from './include.ts';
import { interpretKickstart } from './interpret.ts';

/**
 * What `definition/` calls for `kickstart = "x.ks"`. `read` gives the text of included files by absolute path; problems
 * are the lines that are refused.
 */
export const createKickstartReader =
  (read: ReadText, options: InterpretOptions = {}): ReadKickstart =>
  async ({ file, shownAs, text, includes }) => {
    const loaded = await loadKickstart(file, text, { read, substitutes: new Map(Object.entries(includes)) });
    const { value, placeOf, problems } = interpretKickstart(loaded, options);
    const show = (place: Place): Place => (place.file === file ? { ...place, file: shownAs } : place);
    return {
      value,
      placeOf: (path) => show(placeOf(path)),
      problems: problems.map((problem) =>
        problem.place === undefined ? problem : { ...problem, place: show(problem.place) },
      ),
    };
  };
