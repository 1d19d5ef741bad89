import { applyGroup, applyRootpw, applySshkey, applyUser } from './accounts.ts';
import { applyBootloader } from './boot.ts';
import { applyBtrfs } from './btrfs.ts';
import type { Apply } from './command.ts';
import { applyNetwork } from './network.ts';
import { applyLogvol, applyVolgroup } from './volumes.ts';
import { applyModule, applyRepo, applyUrl } from './sources.ts';
import { applyAutopart, applyClearpart, applyPart, applyReqpart, applyZerombr } from './storage.ts';
import {
  applyAuthconfig,
  applyAuthselect,
  applyFirewall,
  applyKeyboard,
  applyLang,
  applySelinux,
  applyServices,
  applySkipx,
  applyTimesource,
  applyTimezone,
  applyXconfig,
} from './system.ts';

/** How each command that the table calls applied becomes a part of a definition; by its first name. */
export const appliers: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['url', applyUrl],
  ['repo', applyRepo],
  ['module', applyModule],
  ['lang', applyLang],
  ['keyboard', applyKeyboard],
  ['timezone', applyTimezone],
  ['timesource', applyTimesource],
  ['network', applyNetwork],
  ['rootpw', applyRootpw],
  ['user', applyUser],
  ['group', applyGroup],
  ['sshkey', applySshkey],
  ['services', applyServices],
  ['selinux', applySelinux],
  ['firewall', applyFirewall],
  ['bootloader', applyBootloader],
  ['authselect', applyAuthselect],
  ['authconfig', applyAuthconfig],
  ['skipx', applySkipx],
  ['xconfig', applyXconfig],
  ['part', applyPart],
  ['btrfs', applyBtrfs],
  ['volgroup', applyVolgroup],
  ['logvol', applyLogvol],
  ['reqpart', applyReqpart],
  ['autopart', applyAutopart],
  ['clearpart', applyClearpart],
  ['zerombr', applyZerombr],
]);
