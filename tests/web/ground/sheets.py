"""Tables as an office keeps them, for the tests of what is taken in."""

import io

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(heads, *rows, above=()):
    book = openpyxl.Workbook()
    for row in (*above, heads, *rows):
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def uploaded(data, name="问题清单.xlsx"):
    return SimpleUploadedFile(name, data, XLSX)
