"""What can be wrong with a whole file; faults of single rows are told in the report instead."""

from recommender.errors import InvalidInput, MalformedRequest


class UnreadableEncoding(MalformedRequest):
    """The file is in none of the accepted encodings."""

    code = "unreadable_encoding"
    title = "无法识别的文件编码"


class UnreadableTable(MalformedRequest):
    """A csv file that cannot be taken apart, or one without a header row."""

    code = "unreadable_table"
    title = "无法读取的表格"


class UnreadableWorkbook(MalformedRequest):
    """An xlsx file that is damaged, encrypted, carries macros, or is another kind of file."""

    code = "unreadable_workbook"
    title = "无法读取的 Excel 文件"


class UnknownFormat(MalformedRequest):
    """A file that is neither csv, xlsx nor jsonl."""

    code = "unknown_format"
    title = "不支持的文件格式"


class EmptyFile(MalformedRequest):
    """A file without any content."""

    code = "empty_file"
    title = "空文件"


class FileNotReadable(MalformedRequest):
    """The path names no file that can be read or written."""

    code = "file_not_readable"
    title = "文件无法读写"


class MissingColumns(InvalidInput):
    """The columns that identify a record are not in the file."""

    code = "missing_columns"
    title = "缺少必需的列"


class DuplicateColumns(InvalidInput):
    """A column of meaning stands twice in the header row."""

    code = "duplicate_column"
    title = "表头重复"


class UnknownField(InvalidInput):
    """A mapping names a field that the kind does not have."""

    code = "unknown_field"
    title = "未知的字段"


class NotExpressible(InvalidInput):
    """A record that a table cannot hold without loss."""

    code = "not_expressible"
    title = "表格无法完整写出"
