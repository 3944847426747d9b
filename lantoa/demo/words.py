"""What demo data are called: titles that a reader in Viet Nam finds believable. All of it is invented."""

MARK = "(dữ liệu mẫu)"
PLAN_TITLES = (
    "Kế hoạch truyền thông thực hiện Nghị quyết số 57-NQ/TW giai đoạn 2025–2030",
    "Kế hoạch triển khai Chương trình truyền thông về khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số",
)
OBJECTIVES = (
    ("100 % đơn vị trực thuộc ban hành kế hoạch", "T1", 1.0),
    ("100 % nhiệm vụ khoa học và công nghệ dùng ngân sách được truyền thông", "T2", 1.0),
    ("80 % người dân tiếp cận thông tin qua thông tin cơ sở", "T3", 0.8),
    ("70 % cán bộ chuyên trách được đào tạo cả hai nội dung", "T4", 0.7),
)
ACTIVITIES = (
    "Tập huấn kỹ năng truyền thông số cho cán bộ cơ sở",
    "Chuyên mục Khoa học và đời sống trên đài truyền thanh",
    "Cuộc thi tìm hiểu Nghị quyết 57 trên mạng xã hội",
    "Sản xuất video giới thiệu sản phẩm khoa học và công nghệ",
    "Ngày hội chuyển đổi số cộng đồng",
    "Cẩm nang dịch vụ công trực tuyến cho người cao tuổi",
    "Tuyến bài về doanh nghiệp đổi mới sáng tạo",
    "Bản tin tiếng dân tộc về khoa học nông nghiệp",
)
TASK_TITLES = (
    "Nghiên cứu giống lúa chịu mặn cho vùng {place}",
    "Ứng dụng trí tuệ nhân tạo trong chẩn đoán hình ảnh y tế tại {place}",
    "Xây dựng bản đồ số cảnh báo sạt lở đất tại {place}",
    "Công nghệ chế biến sâu nông sản chủ lực của {place}",
    "Nền tảng dữ liệu mở phục vụ chính quyền số {place}",
    "Bảo tồn và số hóa di sản văn hóa {place}",
    "Vật liệu mới cho pin lưu trữ năng lượng",
    "Cảm biến quan trắc chất lượng nước tại {place}",
    "Mô hình canh tác giảm phát thải ở {place}",
    "Nghiên cứu tác động xã hội của chuyển đổi số ở {place}",
)
OUTLETS = {
    "mass_media": ("Báo địa phương", "Đài phát thanh và truyền hình", "Báo khoa học"),
    "digital_platform": ("Cổng thông tin điện tử", "Trang tin khoa học và công nghệ"),
    "social_network": ("Trang mạng xã hội của sở", "Kênh Zalo chính quyền"),
}
BULLETINS = (
    ("Kỹ thuật trồng lúa ít phát thải", 5, "science_technology"),
    ("Nộp hồ sơ dịch vụ công trực tuyến tại nhà", 3, "digital_transformation"),
    ("Phòng tránh lừa đảo trên mạng", 3, "digital_transformation"),
    ("Nghị quyết 57-NQ/TW và người dân", 4, "innovation"),
    ("Mô hình hay: hợp tác xã bán hàng trên sàn số", 6, "innovation"),
    ("Ứng dụng công nghệ sinh học trong chăn nuôi", 5, "science_technology"),
    ("Lịch tiêm phòng cho gia súc", 2, None),
    ("Thông báo cắt điện bảo dưỡng", 1, None),
    ("Văn nghệ quần chúng", 1, None),
)
ACHIEVEMENTS = (
    "Giải pháp số hóa quy trình một cửa tại xã",
    "Mô hình bản tin chuyển đổi số mỗi sáng",
    "Sáng chế máy gieo hạt tiết kiệm nước",
    "Phần mềm dạy tiếng dân tộc trên điện thoại",
    "Tổ công nghệ số cộng đồng đi từng ngõ",
    "Quy trình nhân giống lan bản địa",
)
RECIPIENTS = (
    ("collective", "Tổ công nghệ số cộng đồng xã {place}"),
    ("organization", "Trung tâm ứng dụng khoa học và công nghệ {place}"),
    ("business", "Công ty khởi nghiệp Xanh {place}"),
    ("individual", "Nguyễn Minh {place}"),
    ("household", "Hộ gia đình kiểu mẫu {place}"),
)
