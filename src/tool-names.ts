/** The name of every tool, in the order in which a model should meet them; a misspelt name does not compile. */

export const toolNames = [
  'coder_create_task',
  'coder_wait_for_task',
  'coder_send_task_input',
  'coder_get_task_logs',
  'coder_get_task',
  'coder_list_tasks',
  'coder_pause_task',
  'coder_resume_task',
  'coder_update_task_input',
  'coder_delete_task',
  'coder_list_task_templates',
  'coder_diagnose',
] as const;

export type ToolName = (typeof toolNames)[number];
