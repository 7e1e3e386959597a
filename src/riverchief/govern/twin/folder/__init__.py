"""模型文件夹: a model as `river.toml` and CSV tables that people read and edit; a river in, the same river out."""

from riverchief.govern.twin.folder.changing import change
from riverchief.govern.twin.folder.reading import read
from riverchief.govern.twin.folder.starter import begin
from riverchief.govern.twin.folder.writing import write

__all__ = ["begin", "change", "read", "write"]
