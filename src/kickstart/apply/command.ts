import type { Arguments } from '../syntax/arguments.ts';
import type { Draft } from './draft.ts';
import type { CommandNode } from '../syntax/tree.ts';

/** What the caller decides and the file does not say. */
export interface InterpretOptions {
  /** The definition gives a reason for plain-text passwords, so they may pass. */
  readonly allowPlainTextPasswords?: boolean;
  /** Passwords in plain text become hashes, salted by this: the same for the same image. */
  readonly hashSeed?: string;
  /** The reason for which %post may reach the network; without one it may not. */
  readonly networkReason?: string;
  /** The volumes of LVM become partitions of their sizes. */
  readonly plainPartitions?: boolean;
  /** Decides what `reqpart` and `autopart` make. */
  readonly firmware?: 'uefi' | 'bios';
}

/** What applying a command may do: write into the draft, refuse, ignore, or add a remark to the verdict. */
export interface Applying {
  readonly node: Pick<CommandNode, 'name' | 'words' | 'place'>;
  readonly args: Arguments;
  readonly draft: Draft;
  readonly options: InterpretOptions;
  readonly refuse: (reason: string, instead: string) => void;
  /** This line asks for nothing that hew does. */
  readonly ignore: (reason: string) => void;
  readonly note: (text: string) => void;
}

export type Apply = (applying: Applying) => void;
