-- What is known of the decoded content of parts beyond body_structure, as JSON: the files in TNEF, sizes of uuencoded files. Null for nearly all messages.
alter table messages add part_contents text;
