import type { ToolsOrigin, View } from '../host/port.ts';

/** A view whose programs come from the boot tools, wherever they are. Pure. */
export const bootView = (tools: ToolsOrigin, view: View): View =>
  tools.origin === 'tree' ? { ...view, root: tools.root } : view;
