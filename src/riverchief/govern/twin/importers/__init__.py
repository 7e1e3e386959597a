"""导入: models and tables that people have in; a river for the twin and what could not be read, out."""
