"""Work in processes of its own: a folder a job, a queue, progress in a file, cancel, no orphan."""
