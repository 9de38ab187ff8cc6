import { chance, int, pick } from '../random.ts';
import { inventAddress } from './addresses.ts';
import { addDays, addMonths } from './calendar.ts';
import { newEtag } from './etag.ts';
import type { Telling } from './event.ts';
import { newId } from './household/ids.ts';
import { inventName } from './names.ts';
import type { Scene } from './scene.ts';

interface Disqualified {
  readonly telling: Telling;
}

/** The officers who may not be directors: a register of its own, that belongs to no company. */
export function createDisqualifications(): (scene: Scene) => Telling {
  const known: Disqualified[] = [];
  return (scene) => {
    const { random } = scene;
    const held = known[int(random, known.length)];
    if (held === undefined || chance(random, 0.6)) {
      const telling = disqualify(scene);
      known.push({ telling });
      return telling;
    }
    const { data } = held.telling;
    return chance(random, 0.3)
      ? { ...held.telling, type: 'deleted', data: chance(random, 0.5) ? null : data }
      : { ...held.telling, data: { ...data, etag: newEtag(random) } };
  };
}

function disqualify(scene: Scene): Telling {
  const { random, words, today } = scene;
  const isCorporate = chance(random, 0.1);
  const type = isCorporate ? 'corporate' : 'natural';
  const id = newId(random, 27);
  const resourceUri = `/disqualified-officers/${type}/${id}`;
  const from = addDays(today, 20);
  const person = isCorporate
    ? {
        name: inventName(scene, 'ltd'),
        company_number: String(10_000_000 + int(random, 80_000_000)),
        country_of_registration: 'SCOTLAND',
      }
    : {
        forename: pick(random, ['Noel', 'Dale', 'Robin']),
        surname: pick(random, words.surnames),
        title: 'Mr',
        nationality: 'British',
        date_of_birth: addMonths(today, -12 * (25 + int(random, 50))),
      };
  const disqualification = {
    address: inventAddress(scene, 'england-wales'),
    case_identifier: `INV${1_000_000 + int(random, 9_000_000)}`,
    company_names: [inventName(scene, 'ltd')],
    disqualification_type: 'undertaking',
    disqualified_from: from,
    disqualified_until: addMonths(from, 12 * (2 + int(random, 13))),
    reason: {
      act: 'company-directors-disqualification-act-1986',
      section: '7',
      description_identifier: 'order-or-undertaking-and-reporting-provisions',
    },
    undertaken_on: today,
  };
  return {
    stream: 'disqualified-officers',
    resourceKind: `disqualified-officer-${type}`,
    resourceUri,
    resourceId: id,
    companyNumber: null,
    type: 'changed',
    data: {
      ...person,
      etag: newEtag(random),
      kind: `${type}-disqualification`,
      disqualifications: [disqualification],
      links: { self: resourceUri },
    },
  };
}
