import type { ReadKickstart } from '../../definition/types.ts';
import type { Place } from '../../errors.ts';
import { asImage } from './as-image.ts';
import { loadKickstart, type IsInside, type ReadIncluded } from '../syntax/include.ts';
import { interpretKickstart } from './interpret.ts';

/**
 * What `definition/` calls for `kickstart = "x.ks"`, and for a kickstart file that is itself an image. `read` gives the
 * text of included files by absolute path; problems are the lines that are refused.
 */
export const createKickstartReader =
  (read: ReadIncluded, isInside?: IsInside): ReadKickstart =>
  async ({ file, text, folder, includes, given, show, allowPlainTextPasswords, plainPartitions, networkReason, image }) => {
    const loaded = await loadKickstart(file, text, {
      read,
      substitutes: new Map(Object.entries(includes)),
      given: new Map(Object.entries(given ?? {})),
      folders: folder === undefined ? [] : [folder],
      ...(isInside === undefined ? {} : { isInside }),
    });
    const options = { allowPlainTextPasswords, plainPartitions, ...(networkReason === undefined ? {} : { networkReason }) };
    const { value, placeOf, problems } = interpretKickstart(loaded, options);
    const shown = (place: Place): Place => ({ ...place, file: show(place.file) });
    return {
      value: image === undefined ? value : asImage(value, image),
      placeOf: (path) => shown(placeOf(path)),
      problems: problems.map((problem) =>
        problem.place === undefined ? problem : { ...problem, place: shown(problem.place) },
      ),
    };
  };
